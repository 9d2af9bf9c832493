import { inspect } from 'node:util'
import { Command } from 'commander'
import { startEnvironment } from '../mocks/environment.ts'
import { fuzz } from '../suites/fuzz/fuzz.ts'
import { fuzzTopology } from '../suites/fuzz/fuzz-topology.ts'
import { wholeNumber } from './whole-number.ts'

/*
 * Attacks the mock security server with damaged requests and damaged answers of a provider:
 *
 *     npm run fuzz -- --minutes 5 --seed 42
 *
 * A failure prints the smallest attack found, and the seed and path that find it again.
 */
const options = new Command()
  .option('--minutes <number>', 'how long to attack', wholeNumber(1, 1440), 1)
  .option('--seed <number>', 'where the random numbers begin', wholeNumber(0, 2 ** 31 - 1), Date.now() % 2 ** 31)
  .option('--path <path>', 'the way to an attack, as a failure prints it')
  .option('--profile <name>', 'version profile of the server', '7.8')
  // 1 says that an attack was successful.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{ minutes: number; seed: number; profile: string; path?: string }>()

const found: string[] = []
process.on('warning', (warning: Error & { readonly detail?: string }) => found.push(warning.detail ?? warning.message))
process.on('unhandledRejection', (reason) =>
  found.push(reason instanceof Error ? (reason.stack ?? '') : String(reason)),
)
process.on('uncaughtException', (error) => found.push(error.stack ?? error.message))

process.stdout.write(`seed ${options.seed}\n`)
try {
  process.stdout.write(`each of ${await run()} attacks ended in an answer or a closed connection\n`)
} catch (error) {
  process.stderr.write(`${inspect(error, { depth: 8, maxStringLength: 10_000 })}\n`)
  process.exitCode = 1
}

async function run(): Promise<number> {
  await using environment = await startEnvironment(fuzzTopology, { profile: options.profile })
  const { ss1 } = environment.bindings.servers
  const { scripted } = environment
  if (ss1?.http === undefined || ss1.https === undefined || scripted === undefined) throw new Error('ss1 does not run')
  const ports = { http: Number(new URL(ss1.http).port), https: Number(new URL(ss1.https).port) }
  return await fuzz(
    { ports, script: scripted.script },
    {
      seed: options.seed,
      ...(options.path === undefined ? {} : { path: options.path }),
      runs: 2 ** 31,
      time: options.minutes * 60_000,
      defects: () => found.splice(0),
    },
  )
}
