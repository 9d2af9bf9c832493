import { dirname } from 'node:path'
import { createVitest } from 'vitest/node'
import { requirements } from '../fixtures/requirements/index.ts'
import scenarioReporter from '../suites/report/reporter.ts'
import type { RunHeader, RunRecord, ScenarioResult, Shard, UnfinishedRecord } from '../suites/report/run-record.ts'
import { type ListedScenario, listScenarios, suitesFolder } from '../suites/scenario-list.ts'
import type { TargetDescription } from '../suites/target/target-description.ts'
import { keepSignals } from './kept-signals.ts'
import { readPackageFacts } from './package-facts.ts'

export interface ConformanceRun {
  readonly description: TargetDescription
  /** Names of the scenarios to run. */
  readonly selection: readonly string[]
  /** The part of a run that this is; a whole one if absent. */
  readonly shard?: Shard
  /** Called once per scenario, as it ends. */
  readonly onResult?: (result: ScenarioResult) => void
  /** Ends the run early. */
  readonly signal?: AbortSignal
}

export interface ConformanceOutcome {
  /** Without footer if the run was interrupted. */
  readonly record: RunRecord | UnfinishedRecord
  /** What went wrong on our own side, outside of any scenario. */
  readonly defects: readonly string[]
}

/**
 * Runs scenarios against a target with Vitest and records what was seen. The one place that knows where the suites are:
 * TypeScript in the repository, compiled under dist/ in the installed package, where Vitest would ignore them by default.
 */
export async function runConformance({
  description,
  selection,
  shard,
  onResult,
  signal,
}: ConformanceRun): Promise<ConformanceOutcome> {
  const started = new Date().toISOString()
  const scenarios = await listScenarios()
  const files = new Set(scenarios.filter(({ name }) => selection.includes(name)).map(({ file }) => file))
  const results: ScenarioResult[] = []
  const defects: string[] = []
  const reporter = scenarioReporter({
    onResult(result) {
      // What ends after an interruption was ended by it, and tells nothing.
      if (signal?.aborted) return
      results.push(result)
      onResult?.(result)
    },
    onDefect: (message) => defects.push(message),
  })

  // Vitest would end the process a millisecond after a signal, whatever is to be cleared up.
  using _signals = keepSignals()
  const vitest = await createVitest(
    {
      root: dirname(suitesFolder),
      dir: suitesFolder,
      config: false,
      include: [...files],
      exclude: [],
      watch: false,
      cache: false,
      pool: 'threads',
      isolate: false,
      retry: 0,
      testTimeout: 60_000,
      // A reason that says "[ Array(2) ]" helps nobody.
      chaiConfig: { truncateThreshold: 1000 },
      tags: requirements.map(({ id, statement }) => ({ name: id, description: statement })),
      provide: { target: description, selection },
      reporters: [reporter],
    },
    { clearScreen: false, logLevel: 'error' },
    // Standard output belongs to the data of the command.
    { stdout: process.stderr, stderr: process.stderr },
  )
  const cancel = () => void vitest.cancelCurrentRun('keyboard-input')
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    if (!signal?.aborted) await vitest.start()
  } finally {
    signal?.removeEventListener('abort', cancel)
    await vitest.close()
  }
  const header = {
    ...headerOf(description, started, selection.length, scenarios.length),
    ...(shard !== undefined && { shard }),
  }
  const sorted = sortAsListed(results, scenarios)
  if (signal?.aborted) return { record: { format: 1, header, results: sorted }, defects }
  const footer = { finished: new Date().toISOString(), complete: true } as const
  return { record: { format: 1, header, results: sorted, footer }, defects }
}

function headerOf(description: TargetDescription, started: string, selected: number, available: number): RunHeader {
  const { topology, bindings, profile, exact, client } = description
  const addresses = Object.entries(bindings.servers).map(([code, { http, https }]) => {
    return [code, [http, https].filter((url) => url !== undefined)] as const
  })
  const services = Object.entries(bindings.services).map(([path, { url }]) => [path, url === undefined ? [] : [url]])
  return {
    tool: `roadworthy ${readPackageFacts().version}`,
    started,
    profile,
    exact,
    instance: topology.instance,
    ...(client !== undefined && 'ordinary' in client ? { judged: 'client' as const } : {}),
    servers: Object.fromEntries([...addresses, ...services]),
    selected,
    available,
  }
}

/** Scenarios run in parallel and end in any order; a record is compared with others and read by people. */
function sortAsListed(results: readonly ScenarioResult[], scenarios: readonly ListedScenario[]): ScenarioResult[] {
  const position = new Map(scenarios.map(({ name }, index) => [name, index]))
  return results.toSorted((a, b) => (position.get(a.scenario) ?? 0) - (position.get(b.scenario) ?? 0))
}
