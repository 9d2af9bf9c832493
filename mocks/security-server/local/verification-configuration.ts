import type { ConsumerContext } from '../message-context.ts'
import type { LocalAnswer } from './local-answer.ts'
import { sharedParameters } from './shared-parameters.ts'
import { zipArchive } from './zip-archive.ts'

/** The global configuration as a ZIP archive, with which a signed document can be verified elsewhere. */
export function verificationConfiguration({ global, profile: { quirks, engine }, now }: ConsumerContext): LocalAnswer {
  const { version: newest, told } = quirks.globalConfiguration
  const written = () => ({ version: newest, bytes: Buffer.from(sharedParameters(global, quirks)) })
  const { version, bytes } = global.document ?? written()
  const parameters = `verificationconf/${global.instance}/shared-params.xml`
  const metadata = JSON.stringify({ configurationVersion: String(version) })
  const entries = [
    { name: parameters, content: bytes },
    ...(told ? [{ name: `${parameters}.metadata`, content: Buffer.from(metadata) }] : []),
    { name: 'verificationconf/instance-identifier', content: Buffer.from(global.instance) },
  ]
  return {
    status: 200,
    headers: [
      ['Content-Type', 'application/zip'],
      ['Content-Disposition', 'filename="verificationconf.zip"'],
    ],
    body: zipArchive(entries, now()),
    framing: engine.answerFraming,
  }
}
