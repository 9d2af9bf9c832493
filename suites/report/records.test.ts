import { expect, test } from 'vitest'
import { compareRecords, formatComparison } from './compare-records.ts'
import { mergeRecords } from './merge-records.ts'
import type { RunRecord, ScenarioResult } from './run-record.ts'

const names = ['a', 'b', 'c', 'd', 'e']

function result(scenario: string, kind: ScenarioResult['verdict']['kind'] = 'pass', code = 'x'): ScenarioResult {
  const call = {
    protocol: 'rest',
    method: 'GET',
    target: '/',
    over: 'https',
    server: 'ss1',
    certificate: 'none',
  } as const
  return {
    scenario,
    file: 'consumer/tenancy.suite.ts',
    covers: ['TENANT-01'],
    verdict: kind === 'pass' ? { kind } : { kind, reason: `why\nand how` },
    evidence: [{ kind: 'no-answer', call, reason: code }],
    milliseconds: 1,
  }
}

function record(results: readonly ScenarioResult[], header: Partial<RunRecord['header']> = {}): RunRecord {
  return {
    format: 1,
    header: {
      tool: 'roadworthy 1',
      started: '2026-01-01T00:00:00.000Z',
      profile: '7.8',
      exact: false,
      instance: 'T',
      servers: {},
      selected: results.length,
      available: 5,
      ...header,
    },
    results: [...results],
    footer: { finished: '2026-01-01T00:00:01.000Z', complete: true },
  }
}

function part(number: number, of = 2, facts: Partial<RunRecord['header']> = {}): RunRecord {
  const results = names.filter((_, index) => index % of === number - 1).map((name) => result(name))
  return record(results, { shard: { number, of }, ...facts })
}

test('the parts of a run make the whole, in whatever order they are named', () => {
  const started = '2025-12-31T23:59:59.000Z'
  const whole = mergeRecords([part(2, 2, { started }), part(1)])
  expect(whole).toEqual(
    record(
      names.map((name) => result(name)),
      { started },
    ),
  )
})

test.each([
  ['a part is missing', [part(1)], 'Part 2/2 of the run is missing.'],
  ['a part is there twice', [part(1), part(2), part(2)], 'Part 2/2 of the run is there twice.'],
  ['one is of another release', [part(1), part(2, 2, { profile: '7.7' })], 'different runs: profile is 7.8 and 7.7.'],
  ['one is of another division', [part(1), part(2, 3)], 'different runs: of is 2 and 3.'],
  ['one is whole', [part(1), record([])], 'different runs: of is 2 and undefined.'],
  ['none is a part', [record([])], 'None of the records is of a part of a run.'],
])('records are not put together when %s', (_, records, message) => {
  expect(() => mergeRecords(records)).toThrow(message)
})

test('a comparison tells what is worse, better and seen otherwise, and what only one run had', () => {
  const before = record([result('a'), result('b', 'fail'), result('c'), result('d'), result('same')])
  const after = record([result('a', 'warning'), result('b'), result('c', 'pass', 'y'), result('e'), result('same')])
  const comparison = compareRecords(before, after)
  expect(comparison).toMatchObject({
    changed: [
      { scenario: 'a', tendency: 'worse' },
      { scenario: 'b', tendency: 'better' },
    ],
    seenOtherwise: [{ difference: 'answer: x → y', scenarios: ['c'] }],
    onlyBefore: ['d'],
    onlyAfter: ['e'],
  })
  expect(formatComparison(comparison)).toBe(
    [
      'WORSE  a (TENANT-01): pass, now warning',
      '       why',
      'BETTER b (TENANT-01): fail, now pass',
      '',
      'The same verdict, but something else was seen:',
      '  answer: x → y',
      '    c',
      '',
      'Only in the first run:',
      '  d',
      '',
      'Only in the second run:',
      '  e',
      '',
      '1 worse, 1 better, 1 difference beside.',
    ].join('\n'),
  )
})

test('a comparison of a run with itself has nothing to tell', () => {
  const run = record(names.map((name) => result(name, 'fail')))
  expect(formatComparison(compareRecords(run, run))).toBe('0 worse, 0 better, 0 differences beside.')
})
