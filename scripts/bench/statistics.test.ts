import { expect, test } from 'vitest'
import { pairRatios, summarise } from './statistics.ts'

test.each([
  [[7], { median: 7, lowest: 7, highest: 7 }],
  [[10, 9, 100], { median: 10, lowest: 9, highest: 100 }],
  [[4, 1, 2, 30], { median: 3, lowest: 1, highest: 30 }],
])('%j', (values, summary) => {
  expect(summarise(values)).toEqual(summary)
})

test('an empty series has no median', () => {
  expect(() => summarise([])).toThrow('an empty series has no median')
})

test('a machine that halves its speed between two pairs leaves their ratios alone', () => {
  const pairs = [
    { mock: 4000, bare: 40_000 },
    { mock: 2000, bare: 20_000 },
    { mock: 3000, bare: 20_000 },
  ]
  expect(pairRatios(pairs)).toEqual([0.1, 0.1, 0.15])
  expect(() => pairRatios([{ mock: 1, bare: 0 }])).toThrow('answered nothing')
})
