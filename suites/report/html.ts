import { areas } from '../../fixtures/requirements/index.ts'
import type { VerdictKind } from '../verdict.ts'
import { conclude } from './conclusion.ts'
import { escapeMarkup } from './escape-markup.ts'
import { remarksOn } from './remarks.ts'
import { judgedParty, type RunRecord, type ScenarioResult, type UnfinishedRecord } from './run-record.ts'
import { formatObservation } from './summary.ts'
import { countVerdicts, tallyAreas } from './tally.ts'
import { severity, type TracedRequirement, traceRequirements } from './trace.ts'

const words: Readonly<Record<VerdictKind | 'untested', string>> = {
  pass: 'passed',
  fail: 'failed',
  warning: 'warning',
  'not-applicable': 'not applicable',
  inconclusive: 'inconclusive',
  untested: 'not in this run',
}

const styles = `
:root { color-scheme: light dark; --pass: #1a7f37; --fail: #cf222e; --warning: #9a6700; --other: #6e7781 }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #8884 }
td.number, th.number { text-align: right }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #8881; padding: .6rem; border-radius: .3rem }
details { margin: .3rem 0 } summary { cursor: pointer }
.pass { color: var(--pass) } .fail { color: var(--fail) } .warning, .inconclusive { color: var(--warning) }
.not-applicable, .untested { color: var(--other) }
.verdict { font-weight: 600 }`

/** The run as one self-contained page: no script, nothing fetched, everything that a server sent escaped. */
export function formatHtml(record: RunRecord | UnfinishedRecord): string {
  const { header, results } = record
  const finished = 'footer' in record ? `finished ${record.footer.finished}` : 'interrupted: the results are incomplete'
  const title = `${judgedParty(header)}: ${conclude(record)}`
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    `<title>${escapeMarkup(title)} – roadworthy</title>`,
    `<style>${styles}</style>`,
    '</head>',
    '<body>',
    `<h1>${escapeMarkup(title)}</h1>`,
    `<p>${formatCounts(record)}</p>`,
    `<p>Started ${escapeMarkup(header.started)}, ${escapeMarkup(finished)}; ${escapeMarkup(header.tool)}.</p>`,
    formatServers(record),
    formatAreas(record),
    formatRemarks(record),
    '<h2>Scenarios</h2>',
    ...[...results].sort(worstFirst).map(formatScenario),
    '<h2>Requirements</h2>',
    ...formatRequirements(record),
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

function formatCounts({ header, results }: UnfinishedRecord): string {
  const counts = Object.entries(countVerdicts(results)) as [VerdictKind, number][]
  const shown = counts.filter(([kind, count]) => count > 0 || kind === 'pass')
  const parts = shown.map(([kind, count]) => `<span class="verdict ${kind}">${count} ${words[kind]}</span>`)
  const wording = header.exact ? 'its wording only' : 'every known wording accepted'
  return `${parts.join(', ')} of ${header.selected} scenarios; profile ${escapeMarkup(header.profile)}, ${wording}.`
}

function formatServers({ header }: UnfinishedRecord): string {
  const rows = Object.entries(header.servers).map(([code, urls]) => row([code, urls.join(', ')]))
  return `<table><tr><th>Security server</th><th>Addresses</th></tr>${rows.join('')}</table>`
}

function formatAreas(record: UnfinishedRecord): string {
  const head = ['Area', 'Requirements judged', 'Passed', 'Failed', 'Warnings', 'Not applicable', 'Inconclusive']
  const rows = tallyAreas(record).map(({ title, judged, requirements, scenarios }) => {
    const { pass, fail, warning, 'not-applicable': skipped, inconclusive } = scenarios
    return row([title, `${judged} of ${requirements}`, ...[pass, fail, warning, skipped, inconclusive].map(String)])
  })
  return `<h2>Areas</h2><table><tr>${head.map((name) => `<th>${name}</th>`).join('')}</tr>${rows.join('')}</table>`
}

function formatRemarks(record: UnfinishedRecord): string {
  const remarks = remarksOn(record).map((remark) => `<li>${escapeMarkup(remark)}</li>`)
  return remarks.length === 0 ? '' : `<h2>Accepted, and worth knowing</h2><ul>${remarks.join('')}</ul>`
}

function formatScenario({ scenario, covers, verdict, evidence }: ScenarioResult): string {
  const reason = 'reason' in verdict ? `<pre>${escapeMarkup(verdict.reason)}</pre>` : ''
  const seen = evidence.map((one) => `<li>${escapeMarkup(formatObservation(one))}</li>`)
  const open = verdict.kind === 'fail' ? ' open' : ''
  const links = covers.map((id) => `<a href="#${escapeMarkup(id)}">${escapeMarkup(id)}</a>`)
  return [
    `<details id="${escapeMarkup(anchorOf(scenario))}"${open}>`,
    `<summary><span class="verdict ${verdict.kind}">${words[verdict.kind]}</span> ${escapeMarkup(scenario)}</summary>`,
    `<p>${links.join(', ')}</p>${reason}`,
    seen.length > 0 ? `<ol>${seen.join('')}</ol>` : '',
    '</details>',
  ].join('\n')
}

function formatRequirements(record: UnfinishedRecord): string[] {
  const traced = Map.groupBy(traceRequirements(record), ({ area }) => area)
  return areas.map(({ name, title }) => {
    const rows = (traced.get(name) ?? []).map(formatRequirement)
    return `<details><summary>${escapeMarkup(title)}</summary><table>${rows.join('')}</table></details>`
  })
}

function formatRequirement({ id, level, statement, status, scenarios }: TracedRequirement): string {
  const links = scenarios.map(({ name }) => `<a href="#${escapeMarkup(anchorOf(name))}">${escapeMarkup(name)}</a>`)
  const head = `<td>${id}</td><td>${level}</td><td>${escapeMarkup(statement)}</td>`
  return `<tr id="${id}">${head}<td class="${status}">${words[status]}</td><td>${links.join('<br>')}</td></tr>`
}

function row(cells: readonly string[]): string {
  return `<tr>${cells.map((cell, n) => `<td${n === 0 ? '' : ' class="number"'}>${escapeMarkup(cell)}</td>`).join('')}</tr>`
}

function anchorOf(scenario: string): string {
  return scenario.toLowerCase().replace(/[^a-z0-9]+/g, '-')
}

function worstFirst(a: ScenarioResult, b: ScenarioResult): number {
  return severity.indexOf(a.verdict.kind) - severity.indexOf(b.verdict.kind)
}
