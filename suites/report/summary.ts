import { styleText } from 'node:util'
import { findRequirement } from '../../fixtures/requirements/index.ts'
import type { Observation } from '../observe/normalise.ts'
import type { VerdictKind } from '../verdict.ts'
import { type Conclusion, conclude } from './conclusion.ts'
import { remarksOn } from './remarks.ts'
import { judgedParty, type RunRecord, type ScenarioResult, type UnfinishedRecord } from './run-record.ts'
import { countVerdicts, tallyAreas } from './tally.ts'

type Style = (style: 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'magenta', text: string) => string

const marks = {
  fail: ['FAILED', 'red'],
  warning: ['WARNING', 'yellow'],
  inconclusive: ['INCONCLUSIVE', 'magenta'],
} as const satisfies Partial<Record<VerdictKind, readonly [string, 'red' | 'yellow' | 'magenta']>>

/** The summary of a run for people: what went wrong with evidence, then each area, then the count. */
export function formatSummary(record: RunRecord | UnfinishedRecord, options: { color?: boolean } = {}): string {
  const style: Style = (name, text) => (options.color ? styleText(name, text, { validateStream: false }) : text)
  const troubles = (['warning', 'inconclusive', 'fail'] as const).flatMap((kind) =>
    record.results.filter((result) => result.verdict.kind === kind).map((result) => formatTrouble(result, kind, style)),
  )
  const remarks = remarksOn(record)
  return [
    ...troubles,
    formatAreas(record, style),
    formatNotApplicable(record.results),
    ...(remarks.length > 0 ? ['Accepted, and worth knowing:', ...remarks.map((remark) => `  ${remark}`), ''] : []),
    formatCount(record, style),
  ].join('\n')
}

function formatTrouble(result: ScenarioResult, kind: keyof typeof marks, style: Style): string {
  const [word, colour] = marks[kind]
  const reason = 'reason' in result.verdict ? result.verdict.reason : ''
  const covers = result.covers.map((id) => {
    const requirement = findRequirement(id)
    return style('dim', `  ${id} ${requirement?.level ?? ''}: ${requirement?.statement ?? 'no such requirement'}`)
  })
  const seen = result.evidence.length > 1 ? result.evidence.map((one) => `  ${formatObservation(one)}`) : []
  return [
    `${style(colour, word)} ${style('bold', result.scenario)}`,
    ...covers,
    ...reason.split('\n').map((line) => `  ${line}`),
    ...(seen.length > 0 ? ['  Everything that was seen, in order:', ...seen.map((line) => `  ${line}`)] : []),
    '',
  ].join('\n')
}

/** One line: how was called, what came. */
export function formatObservation(observation: Observation): string {
  const { call } = observation
  const by = `${call.protocol} over ${call.over} as ${call.client ?? 'nobody'}, certificate ${call.certificate}`
  return `${by} → ${formatAnswer(observation)}`
}

function formatAnswer(observation: Observation): string {
  switch (observation.kind) {
    case 'fault':
      return `${observation.status} ${observation.code}: ${observation.message}`
    case 'response':
      return `${observation.status} ${observation.body.excerpt.replace(/\s+/g, ' ').slice(0, 100)}`
    case 'handshake-refused':
      return `handshake refused by ${observation.stage === 'client' ? 'our own side' : 'the server'}: ${observation.alert}`
    case 'no-answer':
      return `no answer (${observation.reason})`
  }
}

function formatAreas(record: Pick<RunRecord, 'results'>, style: Style): string {
  const areas = tallyAreas(record)
  const width = Math.max(4, ...areas.map(({ title }) => title.length))
  const head = `${'Area'.padEnd(width)}  requirements judged  passed  failed  warnings  not applicable  inconclusive`
  const lines = areas.map(({ title, requirements, judged, scenarios }) => {
    const cells = [
      `${judged} of ${requirements}`.padStart(19),
      String(scenarios.pass).padStart(6),
      failures(scenarios.fail, style, 6),
      String(scenarios.warning).padStart(8),
      String(scenarios['not-applicable']).padStart(14),
      String(scenarios.inconclusive).padStart(12),
    ]
    return `${title.padEnd(width)}  ${cells.join('  ')}`
  })
  return [style('bold', head), ...lines, ''].join('\n')
}

function failures(count: number, style: Style, width: number): string {
  const text = String(count).padStart(width)
  return count > 0 ? style('red', text) : text
}

function formatNotApplicable(results: readonly ScenarioResult[]): string {
  const reasons = Map.groupBy(
    results.flatMap(({ verdict }) => (verdict.kind === 'not-applicable' ? [verdict.reason] : [])),
    (reason) => reason,
  )
  if (reasons.size === 0) return ''
  const lines = [...reasons].map(([reason, all]) => `  ${String(all.length).padStart(4)}  ${reason}`)
  return ['Not applicable, because:', ...lines, ''].join('\n')
}

const conclusionStyles = {
  conforms: 'green',
  'does not conform': 'red',
  'was not judged': 'magenta',
  'was not judged to the end': 'magenta',
} as const satisfies Record<Conclusion, 'green' | 'red' | 'magenta'>

const countWords = {
  fail: () => 'failed',
  warning: (number: number) => (number === 1 ? 'warning' : 'warnings'),
  'not-applicable': () => 'not applicable',
  inconclusive: () => 'inconclusive',
}

function formatCount(record: RunRecord | UnfinishedRecord, style: Style): string {
  const { header, results } = record
  const counts = countVerdicts(results)
  const wording = header.exact ? 'its wording only' : 'every known wording'
  const conclusion = conclude(record)
  const others = Object.entries(countWords).flatMap(([kind, word]) => {
    const number = counts[kind as keyof typeof countWords]
    return number > 0 ? [`${number} ${word(number)}`] : []
  })
  const count = [`${counts.pass} of ${header.selected} scenarios passed`, ...others].join(', ')
  return `${judgedParty(header)} ${style(conclusionStyles[conclusion], conclusion)}: ${count}. Profile ${header.profile}, ${wording}.`
}
