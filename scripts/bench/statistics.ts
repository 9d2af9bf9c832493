/** What is told of a series: its median, and how far it reached. */
export interface Summary {
  readonly median: number
  readonly lowest: number
  readonly highest: number
}

/** Two measurements that were made one right after the other, so that whatever slowed the machine slowed both. */
export interface Pair {
  readonly mock: number
  readonly bare: number
}

/** Throws for an empty series. */
export function summarise(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b)
  const [lowest] = sorted
  const highest = sorted.at(-1)
  const upper = sorted[sorted.length >> 1]
  const lower = sorted[(sorted.length - 1) >> 1]
  if (lowest === undefined || highest === undefined || upper === undefined || lower === undefined) {
    throw new Error('an empty series has no median')
  }
  return { median: (lower + upper) / 2, lowest, highest }
}

/** The ratio within each pair. Never a ratio of averages: samples that lie minutes apart say nothing of each other. */
export function pairRatios(pairs: readonly Pair[]): number[] {
  return pairs.map(({ mock, bare }) => {
    if (bare > 0) return mock / bare
    throw new Error('nothing can be compared with a server that answered nothing')
  })
}
