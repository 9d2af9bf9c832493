import type { RunHeader, RunRecord, ScenarioResult } from './run-record.ts'

/** The records of the parts of one run do not make a whole; the message is one sentence. */
export class UnmergeableRecords extends Error {
  override readonly name = 'UnmergeableRecords'
}

/**
 * The record of a whole run, of those of its parts (`--shard`). Throws UnmergeableRecords if a part is missing, there twice
 * or of another run.
 */
export function mergeRecords(records: readonly RunRecord[]): RunRecord {
  const [first, ...others] = records
  if (first?.header.shard === undefined) throw new UnmergeableRecords('None of the records is of a part of a run.')
  const { of } = first.header.shard
  for (const { header } of others) requireSameRun(first.header, header)
  const parts = records.map(({ header }) => header.shard?.number)
  for (let number = 1; number <= of; number += 1) {
    const found = parts.filter((part) => part === number).length
    if (found === 1) continue
    throw new UnmergeableRecords(`Part ${number}/${of} of the run is ${found === 0 ? 'missing' : 'there twice'}.`)
  }
  const { shard: _, ...header } = first.header
  return {
    format: 1,
    header: {
      ...header,
      started: earliest(records.map((record) => record.header.started)),
      selected: records.reduce((sum, record) => sum + record.header.selected, 0),
    },
    results: interleave(records.toSorted((a, b) => numberOf(a) - numberOf(b)).map(({ results }) => results)),
    footer: {
      finished:
        records
          .map(({ footer }) => footer.finished)
          .sort()
          .at(-1) ?? '',
      complete: true,
    },
  }
}

/** What must be the same for two parts to be of one run. Addresses may differ: each part may start a mock of its own. */
function requireSameRun(one: RunHeader, other: RunHeader): void {
  const facts = ({ tool, profile, exact, instance, available, shard }: RunHeader) => {
    return { tool, profile, exact, instance, available, of: shard?.of }
  }
  const [here, there] = [facts(one), facts(other)]
  for (const [name, value] of Object.entries(here)) {
    const otherValue = there[name as keyof typeof there]
    if (value === otherValue) continue
    throw new UnmergeableRecords(`The records are of different runs: ${name} is ${value} and ${otherValue}.`)
  }
}

/** The order in which the scenarios were dealt out. */
function interleave(parts: readonly (readonly ScenarioResult[])[]): ScenarioResult[] {
  const longest = Math.max(...parts.map(({ length }) => length))
  return Array.from({ length: longest }, (_, row) => parts.flatMap((part) => part[row] ?? [])).flat()
}

function numberOf({ header }: RunRecord): number {
  return header.shard?.number ?? 0
}

function earliest(dates: readonly string[]): string {
  return [...dates].sort()[0] ?? ''
}
