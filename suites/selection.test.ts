import { expect, test } from 'vitest'
import { selectScenarios } from './selection.ts'

const scenarios = [
  { name: 'https client refused (rest)', covers: ['CONN-HTTPS-02', 'TENANT-01'] },
  { name: 'http client answered (rest)', covers: ['CONN-HTTP-01'] },
  { name: 'error names its kind', covers: ['ERR-REST-01'] },
] as const

test.each([
  ['no filter', {}, [0, 1, 2]],
  ['a requirement, letter case aside', { requirements: ['conn-https-02'] }, [0]],
  ['several requirements', { requirements: ['CONN-HTTPS-02', 'ERR-REST-01'] }, [0, 2]],
  ['an area by name', { areas: ['tenancy'] }, [0]],
  ['an area by prefix', { areas: ['CONN'] }, [0, 1]],
  ['a name', { name: 'CLIENT (refused|answered)' }, [0, 1]],
  ['all filters together', { areas: ['connection'], name: 'answered' }, [1]],
  ['filters that nothing fits', { areas: ['tenancy'], name: 'answered' }, []],
])('selects by %s', (_what, filters, expected) => {
  expect(selectScenarios(scenarios, filters)).toEqual(expected.map((index) => scenarios[index]))
})

test.each([
  [{ requirements: ['CONN-HTTPS-99'] }, /no requirement "CONN-HTTPS-99"; did you mean CONN-HTTPS-\d+\?/],
  [{ requirements: ['what is this'] }, 'There is no requirement "what is this"; "roadworthy requirements" lists them'],
  [{ areas: ['tenacy'] }, 'There is no area "tenacy"; did you mean tenancy?'],
  [{ name: '(' }, '--name "(" is no regular expression'],
])('refuses %j', (filters, message) => {
  expect(() => selectScenarios(scenarios, filters)).toThrow(message)
})
