import { ambiguities } from '../fixtures/requirements/ambiguities.ts'
import { type Document, documents } from '../fixtures/requirements/documents.ts'
import type { Source } from '../fixtures/requirements/requirement.ts'
import { type AreaCoverage, type CoveredRequirement, countCovered, reasonUntested } from './coverage.ts'

/** The areas with their counts, one a line. */
export function printAreas(areas: readonly AreaCoverage[]): string {
  const rows = areas.map(({ name, title, requirements }) => countRow(name, requirements, title))
  const total = countRow(
    'all',
    areas.flatMap(({ requirements }) => requirements),
    '',
  )
  return printTable([['area', 'rows', 'covered', 'untested', ''], ...rows, total])
}

function countRow(name: string, requirements: readonly CoveredRequirement[], title: string): string[] {
  const covered = countCovered(requirements)
  return [name, String(requirements.length), String(covered), String(requirements.length - covered), title]
}

/** Requirements in brief: what they say, and what covers them or why nothing does. */
export function printList(requirements: readonly CoveredRequirement[]): string {
  return requirements
    .map((requirement) => {
      const { id, level, underTest, statement, scenarios } = requirement
      const reason = reasonUntested(requirement)
      const coverage =
        reason === undefined ? `covered by ${plural(scenarios.length, 'scenario')}` : `untested: ${reason}`
      return `${id}  ${level}, ${underTest}\n  ${statement}\n  ${coverage}\n`
    })
    .join('\n')
}

/** One requirement in full. */
export function printRequirement(requirement: CoveredRequirement): string {
  const { id, level, underTest, statement, observe, negative, source, scenarios } = requirement
  const reason = reasonUntested(requirement)
  const lines = [
    `${id}  ${level}, ${underTest}`,
    `  ${statement}`,
    '',
    `  Observe    ${observe}`,
    ...(negative === undefined ? [] : [`  Negative   ${negative}`]),
    ...source.map((one, at) => `  ${at === 0 ? 'Source   ' : '         '}  ${printSource(one)}`),
    ...(requirement.ambiguities ?? []).map((ambiguity) => `  Ambiguity  ${printAmbiguity(ambiguity)}`),
    ...scenarios.map(({ name, file }, at) => `  ${at === 0 ? 'Covered by' : '          '} ${name} (${file})`),
    ...(reason === undefined ? [] : [`  Untested   ${reason}`]),
  ]
  return `${lines.join('\n')}\n`
}

function printSource({ document, section }: Source): string {
  const { title, url }: Document = documents[document]
  return [title, ...(section === undefined ? [] : [section]), ...(url === undefined ? [] : [url])].join(', ')
}

function printAmbiguity(id: string): string {
  const ambiguity = ambiguities.find((one) => one.id === id)
  return ambiguity === undefined
    ? id
    : `${id}: ${ambiguity.disagreement} What the suite does: ${ambiguity.whatTheSuiteDoes}`
}

/** Columns as wide as their widest cell; numbers to the right. */
function printTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  const cell = (text: string, column: number): string => {
    const width = widths[column] ?? 0
    return column === 0 || column === widths.length - 1 ? text.padEnd(width) : text.padStart(width)
  }
  return rows.map((row) => `${row.map(cell).join('  ').trimEnd()}\n`).join('')
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
