import type { ConsumerContext } from '../message-context.ts'
import type { LocalAnswer } from './local-answer.ts'
import { sharedParameters } from './shared-parameters.ts'
import { zipArchive } from './zip-archive.ts'

/**
 * The global configuration as a ZIP archive, with which a signed document can be verified elsewhere: a folder for each
 * instance, those included whose configuration has expired.
 */
export function verificationConfiguration({ global, profile: { quirks, engine }, now }: ConsumerContext): LocalAnswer {
  const { version: newest, told } = quirks.globalConfiguration
  const instances = [global, ...(global.federated ?? []).map(({ configuration }) => configuration)]
  const entries = [
    ...instances.flatMap((configuration) => {
      const name = `verificationconf/${configuration.instance}/shared-params.xml`
      const written = () => ({ version: newest, bytes: Buffer.from(sharedParameters(configuration, quirks)) })
      const { version, bytes } = configuration.document ?? written()
      const metadata = JSON.stringify({ configurationVersion: String(version) })
      return [{ name, content: bytes }, ...(told ? [{ name: `${name}.metadata`, content: Buffer.from(metadata) }] : [])]
    }),
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
