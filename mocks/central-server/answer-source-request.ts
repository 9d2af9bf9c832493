import { webServerPage } from '../management-services/web-server-page.ts'
import type { ConfigurationPublisher } from './configuration-publisher.ts'
import type { ConfigurationSource } from './configuration-source.ts'
import type { PublishingDecisions, SourceAnswer, SourceRequest } from './publishing-decisions.ts'
import { writeXml, type XmlElement } from './xml-element.ts'

/** What a central server has to hand out. */
export interface Publishing {
  readonly publisher: ConfigurationPublisher
  anchor(source: ConfigurationSource): XmlElement
  /** The name of the file that it is downloaded as. */
  anchorName(source: ConfigurationSource): string
}

/** Where an administrator downloads anchors. */
export const anchorPaths: Readonly<Record<ConfigurationSource, string>> = {
  internal: '/api/v1/configuration-sources/INTERNAL/anchor/download',
  external: '/api/v1/configuration-sources/EXTERNAL/anchor/download',
}

/** Answers as the web server in front of a configuration source: files, no types, and 404 for versions there are none of. */
export function answerSourceRequest(
  request: SourceRequest,
  publishing: Publishing,
  decisions: PublishingDecisions,
): SourceAnswer {
  return decisions.answer(faithfulAnswer(request, publishing, decisions), request)
}

function faithfulAnswer(
  request: SourceRequest,
  { publisher, anchor, anchorName }: Publishing,
  decisions: PublishingDecisions,
): SourceAnswer {
  if (!decisions.isAllowed(request)) return webServerPage(405)
  for (const [source, path] of Object.entries(anchorPaths) as [ConfigurationSource, string][]) {
    if (request.path === path) return document(writeXml(decisions.anchor(anchor(source))), anchorName(source))
  }
  const [, folder, source] = /^(?:\/V([1-9]\d*))?\/(internal|external)conf$/.exec(request.path) ?? []
  const found =
    source === undefined
      ? publisher.file(request.path)
      : publisher.directory(
          source as ConfigurationSource,
          folder === undefined ? decisions.requestedVersion(request.query) : Number(folder),
        )
  if (found === undefined) return webServerPage(404)
  // A client reads the type off the first line of the body; the web server knows none.
  const type = request.path.endsWith('.xml') ? 'text/xml' : 'application/octet-stream'
  const cache = source === undefined ? {} : { 'Cache-Control': 'no-cache' }
  return { status: 200, headers: { 'Content-Type': type, ...cache }, body: found }
}

function document(xml: string, name: string): SourceAnswer {
  const disposition = `attachment; filename="${name.replace(/["\\]/g, '\\$&').replace(/[^\x20-\x7e]/g, '?')}"`
  return { status: 200, headers: { 'Content-Type': 'application/xml', 'Content-Disposition': disposition }, body: xml }
}
