import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Latency } from './answer-window.ts'
import type { BareServer, StartedBare } from './bare-server.ts'
import { type BenchProcess, separateCores, startProcess } from './bench-process.ts'
import type { NegotiatedTls } from './first-answer.ts'
import { type HotPathName, hotPathNames, hotPaths } from './hot-path.ts'
import type { LoadGenerator, LoadOrder, LoadSample } from './load-generator.ts'
import type { MockServer, StartedMock } from './mock-server.ts'
import { cpuShare, type ProcessUsage } from './process-usage.ts'
import { type Pair, pairRatios, type Summary, summarise } from './statistics.ts'
import { WrongAnswer } from './wrong-answer.ts'

export interface BenchmarkPlan {
  /** Seconds of one sample. */
  readonly seconds: number
  /** Pairs of adjacent samples, mock and bare. */
  readonly pairs: number
  /** Seconds of load before the first pair, until the compiler of the mock's process has settled. */
  readonly warmUpSeconds: number
  readonly connections: number
  /** How often the start is measured, with fresh keys and with cached ones. */
  readonly starts: number
  /** Seconds of a sample at half the speed that was measured; 0 for none. autocannon paces by the second. */
  readonly pacedSeconds: number
  /** Deliberate misbehaviours of the mock, by name. */
  readonly misbehaviours: readonly string[]
}

export interface BenchmarkReport {
  readonly plan: BenchmarkPlan
  /** Whether servers and load had a core each. */
  readonly separateCores: boolean
  readonly tls: NegotiatedTls
  /** Milliseconds from the start, when all modules are loaded, to the first answer over mutual TLS. */
  readonly start: { readonly freshKeys: Summary; readonly cachedKeys: Summary; readonly bare: number }
  readonly paths: Readonly<Record<HotPathName, PathReport>>
  /** Bytes of memory after the load. */
  readonly memory: { readonly mock: number; readonly bare: number }
}

export interface PathReport {
  /** Requests per second of the mock by those of the bare server. */
  readonly ratio: Summary
  readonly ratios: readonly number[]
  /** The same by second of CPU that the server used: steadier where something else runs on the machine. */
  readonly ratioByCpu: Summary
  readonly mock: ServerFigures
  readonly bare: ServerFigures
}

/** Medians of all samples. Good for a look; only the ratio may be compared with another run. */
export interface ServerFigures {
  readonly requestsPerSecond: Summary
  readonly latency: Latency
  /** Shares of one core. */
  readonly serverCpu: number
  readonly loadCpu: number
  readonly paced?: { readonly rate: number; readonly latency: Latency }
}

interface Measured {
  readonly load: LoadSample
  readonly serverCpu: number
}

type Contender = 'mock' | 'bare'

type Measure = (contender: Contender, order: Pick<LoadOrder, 'path' | 'seconds' | 'rate'>) => Promise<Measured>

/**
 * Measures the mock beside a bare Node server, each in a process of its own. Throws a WrongAnswer if either answers wrongly
 * under load; how long anything takes decides nothing. `tell` is told what goes on.
 */
export async function runBenchmark(
  plan: BenchmarkPlan,
  signal: AbortSignal,
  tell: (line: string) => void,
): Promise<BenchmarkReport> {
  const folder = mkdtempSync(join(tmpdir(), 'roadworthy-bench-'))
  try {
    return await measureAll(plan, folder, signal, tell)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function measureAll(
  plan: BenchmarkPlan,
  folder: string,
  signal: AbortSignal,
  tell: (line: string) => void,
): Promise<BenchmarkReport> {
  const cores = separateCores()
  const { misbehaviours } = plan
  const start = async (keyCache: string, core?: number) => {
    const process = startProcess<MockServer>('mock-server', core, signal)
    try {
      return { process, mock: await process.ask('start', { keyCache: join(folder, keyCache), misbehaviours }) }
    } catch (error) {
      await process[Symbol.asyncDispose]()
      throw error
    }
  }
  // Not on one core: keys are made side by side where a machine has more.
  const timeStart = async (keyCache: string) => {
    const { process, mock } = await start(keyCache)
    await process[Symbol.asyncDispose]()
    return mock.milliseconds
  }
  tell('starting the mock with fresh keys and with cached ones')
  const fresh: number[] = []
  const cached: number[] = []
  for (let round = 0; round < plan.starts; round += 1) {
    fresh.push(await timeStart(`keys-${round}`))
    cached.push(await timeStart(`keys-${round}`))
  }
  const { process, mock } = await start('keys-0', cores?.server)
  await using mockServer = process
  await using bareServer = startProcess<BareServer>('bare-server', cores?.server, signal)
  const bare = await bareServer.ask('start', mock)
  await using load = startProcess<LoadGenerator>('load-generator', cores?.load, signal)

  const measure = measureWith(load, { mock: mockServer, bare: bareServer }, { mock, bare }, plan)
  const paths: [HotPathName, PathReport][] = []
  for (const path of hotPathNames) paths.push([path, await comparePath(path, plan, measure, tell)])
  return {
    plan,
    separateCores: cores !== undefined,
    tls: mock.tls,
    start: { freshKeys: summarise(fresh), cachedKeys: summarise(cached), bare: bare.milliseconds },
    paths: Object.fromEntries(paths) as Record<HotPathName, PathReport>,
    memory: { mock: (await mockServer.ask('usage')).memory, bare: (await bareServer.ask('usage')).memory },
  }
}

function measureWith(
  load: BenchProcess<LoadGenerator>,
  servers: Readonly<Record<Contender, BenchProcess<{ usage: () => ProcessUsage }>>>,
  { mock, bare }: { readonly mock: StartedMock; readonly bare: StartedBare },
  { connections }: BenchmarkPlan,
): Measure {
  const urls = { mock: mock.url, bare: bare.url }
  const { caller, tls } = mock
  return async (contender, order) => {
    const before = await servers[contender].ask('usage')
    const sample = await load.ask('sample', { ...order, url: urls[contender], caller, tls, connections })
    if (sample.failures.length > 0) throw new WrongAnswer(sample.failures.join('\n'))
    return { load: sample, serverCpu: cpuShare(before, await servers[contender].ask('usage')) }
  }
}

async function comparePath(
  path: HotPathName,
  { pairs, seconds, warmUpSeconds, pacedSeconds }: BenchmarkPlan,
  measure: Measure,
  tell: (line: string) => void,
): Promise<PathReport> {
  tell(`${hotPaths[path].title}: warming up`)
  const samples: Record<Contender, Measured[]> = { mock: [], bare: [] }
  const byClock: Pair[] = []
  const byCpu: Pair[] = []
  for (const contender of ['mock', 'bare'] as const) await measure(contender, { path, seconds: warmUpSeconds })
  for (let round = 0; round < pairs; round += 1) {
    // Each goes first as often as the other, so that a machine that slows down favours neither.
    const order = round % 2 === 0 ? (['mock', 'bare'] as const) : (['bare', 'mock'] as const)
    const pair: Partial<Record<Contender, Measured>> = {}
    for (const contender of order) pair[contender] = await measure(contender, { path, seconds })
    const { mock, bare } = pair as Record<Contender, Measured>
    samples.mock.push(mock)
    samples.bare.push(bare)
    byClock.push({ mock: mock.load.requestsPerSecond, bare: bare.load.requestsPerSecond })
    byCpu.push({ mock: requestsPerCpuSecond(mock), bare: requestsPerCpuSecond(bare) })
    tell(`${hotPaths[path].title}: pair ${round + 1} of ${pairs}`)
  }
  const figures = async (contender: Contender): Promise<ServerFigures> => {
    const summary = describe(samples[contender])
    if (pacedSeconds === 0) return summary
    const rate = Math.round(summary.requestsPerSecond.median / 2)
    const paced = await measure(contender, { path, seconds: pacedSeconds, rate })
    return { ...summary, paced: { rate, latency: paced.load.latency } }
  }
  const ratios = pairRatios(byClock)
  return {
    ratio: summarise(ratios),
    ratios,
    ratioByCpu: summarise(pairRatios(byCpu)),
    mock: await figures('mock'),
    bare: await figures('bare'),
  }
}

function requestsPerCpuSecond({ load, serverCpu }: Measured): number {
  return load.requestsPerSecond / serverCpu
}

function describe(samples: readonly Measured[]): ServerFigures {
  const median = (pick: (sample: Measured) => number) => summarise(samples.map(pick)).median
  return {
    requestsPerSecond: summarise(samples.map(({ load }) => load.requestsPerSecond)),
    latency: {
      p50: median(({ load }) => load.latency.p50),
      p97_5: median(({ load }) => load.latency.p97_5),
      p99: median(({ load }) => load.latency.p99),
    },
    serverCpu: median(({ serverCpu }) => serverCpu),
    loadCpu: median(({ load }) => load.cpu),
  }
}
