import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { expect, test } from 'vitest'
import { weighDeviations } from './deviations.ts'
import { formatHtml } from './html.ts'
import { formatJunit } from './junit.ts'
import { summarise } from './machine-summary.ts'
import { remarksOn } from './remarks.ts'
import { parseRunRecord, type RunRecord, type ScenarioResult } from './run-record.ts'
import { formatSummary } from './summary.ts'
import { traceRequirements } from './trace.ts'

const hostile = `<script>alert("1")</script> & 'quoted' \u0007`
const call = {
  protocol: 'soap',
  method: 'POST',
  target: '/',
  over: 'https',
  server: 'ss1',
  client: 'FI-DEV/GOV/0245437-2/TestClient',
  certificate: 'none',
} as const
const fault = {
  kind: 'fault',
  call,
  tls: null,
  rendering: 'soap',
  status: 500,
  code: 'Server.ClientProxy.SslAuthenticationFailed',
  key: 'clientProxy.sslAuthenticationFailed',
  spelling: 'dotted',
  message: hostile,
  detail: 'uuid',
  errorHeader: null,
} as const

const record: RunRecord = {
  format: 1,
  header: {
    tool: 'roadworthy 0.0.0',
    started: '2025-11-25T15:00:00.000Z',
    profile: '7.8',
    exact: false,
    instance: 'FI-DEV',
    servers: { ss1: ['https://127.0.0.1:8443'] },
    selected: 4,
    available: 54,
  },
  results: [
    result('first passes', { kind: 'pass' }),
    result('second fails', { kind: 'fail', reason: `Expected a refusal.\n${hostile}` }),
    result('third is not applicable', { kind: 'not-applicable', reason: 'the topology has no owner' }, ['TENANT-01']),
    result('fourth breaks', { kind: 'inconclusive', reason: 'TypeError' }, ['TENANT-04']),
  ],
  footer: { finished: '2025-11-25T15:00:01.000Z', complete: true },
}

test('a record survives being written and read', () => {
  expect(parseRunRecord(JSON.stringify(record))).toEqual(record)
})

test.each([
  ['{', 'before.json is no JSON.'],
  [
    JSON.stringify({ ...record, footer: undefined }),
    'before.json has no footer: the run did not finish, so it proves nothing.',
  ],
  [JSON.stringify({ ...record, format: 2 }), 'before.json is no run record of this version: format: '],
])('a record that is none is refused: %s', (text, message) => {
  expect(() => parseRunRecord(text, 'before.json')).toThrow(message)
})

test('a requirement is worth what its worst scenario is', () => {
  const traced = new Map(traceRequirements(record).map(({ id, status }) => [id as string, status]))
  expect(traced.size).toBe(510)
  expect(['CONN-HTTPS-02', 'TENANT-01', 'TENANT-04', 'TENANT-05'].map((id) => traced.get(id))).toEqual([
    'fail',
    'not-applicable',
    'inconclusive',
    'untested',
  ])
})

test('the summary names failures with requirement and evidence, areas and counts', () => {
  const text = formatSummary(record)
  expect(text).toContain(
    'FAILED second fails\n  CONN-HTTPS-02 MUST: Type HTTPS rejects HTTPS without client certificate',
  )
  expect(text).toContain('  Expected a refusal.')
  expect(text).toMatch(/Connection between information system and security server +1 of 36 +1 +1 +0 +0 +0\n/)
  expect(text).toContain('Not applicable, because:\n     1  the topology has no owner')
  expect(text).toMatch(/FI-DEV does not conform: 1 of 4 scenarios passed, 1 failed, 1 not applicable, 1 inconclusive\./)
  expect(text).not.toContain('\u001B')
})

test.each([
  ['conforms', record.results.slice(0, 1), true],
  ['was not judged to the end', record.results.slice(0, 1), false],
  ['was not judged to the end', [record.results[0], record.results[3]], true],
  ['was not judged', record.results.slice(2, 3), true],
  ['does not conform', record.results.slice(1, 2), false],
])('a target %s', (conclusion, results, finished) => {
  const { footer, ...unfinished } = { ...record, results: results.filter((one) => one !== undefined) }
  const judged = finished ? { ...unfinished, footer } : unfinished
  expect(formatSummary(judged)).toContain(`\nFI-DEV ${conclusion}: `)
  expect(formatHtml(judged)).toContain(`<title>FI-DEV: ${conclusion} – roadworthy</title>`)
})

test('what was accepted although it differs is remarked on', () => {
  expect(remarksOn(record)).toEqual([
    '4 fault codes are spelled as up to X-Road 7.7 (AccessDenied); X-Road 7.8.0 spells them the other way (AMB-01).',
    '4 SOAP faults came with HTTP 500, as SOAP 1.1 wants; the reference sends 200 (AMB-02).',
  ])
})

test('nothing is remarked on where another release was asked for', () => {
  const results = record.results.map((result) => ({
    ...result,
    evidence: result.evidence.map((one) => ({ ...one, call: { ...one.call, peer: '7.7' } })),
  }))
  expect(remarksOn({ ...record, results })).toEqual([])
})

test('JUnit: well-formed whatever a server sent, requirement ids as properties', () => {
  const xml = formatJunit(record)
  expect(XMLValidator.validate(xml)).toBe(true)
  const parsed = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' }).parse(xml)
  expect(parsed.testsuites).toMatchObject({ tests: '4', failures: '1', errors: '1', skipped: '1' })
  const [first, second, third] = parsed.testsuites.testsuite.testcase
  expect(first).toMatchObject({ name: 'first passes', classname: 'consumer.connection-types' })
  expect(first.properties.property).toEqual({ name: 'requirement', value: 'CONN-HTTPS-02' })
  expect(second.failure.message).toBe('Expected a refusal.')
  expect(third.skipped.message).toBe('the topology has no owner')
})

test('the page is whole, fetches nothing and executes nothing that a server sent', () => {
  const page = formatHtml(record)
  expect(page).not.toMatch(/<script|<link|<img|src=|@import|url\(/i)
  expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;quoted&#39; \uFFFD')
  expect(page.match(/<tr id="/g)).toHaveLength(510)
})

test('the summary for programs holds counts and failures', () => {
  expect(summarise(record, { exitCode: 1, stale: [], defects: [] })).toMatchObject({
    exitCode: 1,
    verdicts: { pass: 1, fail: 1, warning: 0, 'not-applicable': 1, inconclusive: 1 },
    failed: [{ scenario: 'second fails', covers: ['CONN-HTTPS-02'] }],
  })
})

test('a known deviation excuses, until its day or until the server is better', () => {
  const known = { scenario: 'second fails', verdict: 'fail', why: 'ticket 12' } as const
  const weigh = (deviation: object) => weighDeviations(record.results, [{ ...known, ...deviation }], '2025-11-25')
  const names = ({ unexcused }: ReturnType<typeof weigh>) => unexcused.map(({ scenario }) => scenario)
  expect(names(weigh({ until: '2025-11-25' }))).not.toContain('second fails')
  expect(weigh({ until: '2025-11-24' }).stale).toEqual([expect.stringContaining('until 2025-11-24 at the latest')])
  expect(names(weigh({ until: '2025-11-24' }))).toContain('second fails')
  expect(weigh({ scenario: 'first passes' }).stale).toEqual([
    expect.stringContaining('known as fail, but it is pass now'),
  ])
  expect(weigh({ scenario: 'not in this run' }).stale).toEqual([])
})

test('a failure of our own side says nothing of a known deviation, and is not excused by it', () => {
  const [{ scenario } = { scenario: '' }] = record.results.filter(({ verdict }) => verdict.kind === 'inconclusive')
  const known = { scenario, verdict: 'fail', why: 'ticket 12', until: '2025-11-24' } as const
  const { stale, unexcused } = weighDeviations(record.results, [known], '2025-11-25')
  expect(stale).toEqual([])
  expect(unexcused).toEqual(record.results)
})

function result(
  scenario: string,
  verdict: RunRecord['results'][number]['verdict'],
  covers = ['CONN-HTTPS-02'],
): ScenarioResult {
  return { scenario, file: 'consumer/connection-types.suite.ts', covers, verdict, evidence: [fault], milliseconds: 12 }
}
