import { configurationClient } from '../mocks/configuration-client/configuration-client.ts'
import { startEnvironment } from '../mocks/environment.ts'
import { readAnchor } from '../suites/configuration/configuration-anchor.ts'
import { download } from '../suites/configuration/download.ts'
import { verifyConfiguration } from '../suites/configuration/verify-configuration.ts'
import { type Summary, summarise } from './bench/statistics.ts'

/*
 * Time to generate a global configuration of ten thousand members, and to download and verify it:
 *
 *     npm run bench:configuration -- [members]
 *
 * For information: these figures differ from machine to machine, and nothing depends on them.
 */

const repetitions = 7
const members = Number(process.argv[2] ?? 10_000)
if (!(Number.isSafeInteger(members) && members > 0 && members <= 100_000)) {
  process.stderr.write('Write how many members, a whole number from 1 to 100000.\n')
  process.exit(2)
}

await using environment = await startEnvironment(topology(members))
const { centralServer } = environment
const { httpUrl, anchorUrl } = centralServer
// Keys are made when the central server is first asked.
const anchor = (await download(anchorUrl.internal)).body

const figures = { generate: [] as number[], verify: [] as number[], take: [] as number[] }
let size = 0
for (let count = 0; count <= repetitions; count += 1) {
  // With another key everything is made anew.
  centralServer.rotateSigningKeys()
  const generate = await timed(() => download(`${httpUrl}/internalconf?version=6`))
  const verify = await timed(async () => {
    const { files } = await verifyConfiguration(readAnchor(anchor), { version: 6, internal: true })
    size = files.reduce((sum, { bytes }) => sum + bytes.length, 0)
  })
  const client = configurationClient({ anchor: async () => anchor.toString() })
  const take = await timed(() => client.refresh())
  if (!client.isValid()) throw new Error('a security server does not take the configuration')
  // The first round is that of the compiler.
  if (count === 0) continue
  figures.generate.push(generate)
  figures.verify.push(verify)
  figures.take.push(take)
}

process.stdout.write(
  [
    `Global configuration of version 6, ${members} members with a subsystem each, ${(size / 1024 / 1024).toFixed(1)} MB`,
    row('generated and signed', figures.generate),
    row('downloaded and verified from outside', figures.verify),
    row('downloaded and taken by a security server', figures.take),
    '',
  ].join('\n'),
)

/** Milliseconds. */
async function timed(act: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await act()
  return performance.now() - started
}

function row(title: string, values: readonly number[]): string {
  const { median, lowest, highest }: Summary = summarise(values)
  return `  ${title.padEnd(44)}${median.toFixed(0).padStart(6)} ms [${lowest.toFixed(0)}-${highest.toFixed(0)}]`
}

function topology(count: number) {
  const all = Array.from({ length: count }, (_, n) => ({ id: `FI-DEV/COM/${n}`, name: `Yritys ${n}` }))
  const clients = all.map(({ id }) => ({ id: `${id}/App` }))
  return {
    instance: 'FI-DEV',
    memberClasses: ['COM'],
    members: all,
    servers: [{ code: 'ss1', owner: 'FI-DEV/COM/0', clients }],
  }
}
