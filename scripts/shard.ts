import { InvalidArgumentError } from 'commander'
import type { Shard } from '../suites/report/run-record.ts'

/** Reads `2/3`. Throws an InvalidArgumentError, for Commander, for anything else. */
export function parseShard(text: string): Shard {
  const [, number = 0, of = 0] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number)
  if (number >= 1 && number <= of) return { number, of }
  throw new InvalidArgumentError('write which part of how many, such as 2/3.')
}

/** The part of the scenarios that falls to a shard: dealt out like cards, since neighbours take about the same time. */
export function dealOut<Item>(items: readonly Item[], { number, of }: Shard): readonly Item[] {
  return items.filter((_, index) => index % of === number - 1)
}
