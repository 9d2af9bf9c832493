import { ambiguities } from '../fixtures/requirements/ambiguities.ts'
import { type Document, documents } from '../fixtures/requirements/documents.ts'
import type { Source } from '../fixtures/requirements/requirement.ts'
import { type AreaCoverage, type CoveredRequirement, countCovered, reasonUntested } from './coverage.ts'

/** Areas as Markdown: a table of counts, then a table for each. */
export function renderAreas(areas: readonly AreaCoverage[]): string {
  const counts = areas.map(({ name, title, requirements }) => {
    const covered = countCovered(requirements)
    return [`[${name}](#${name})`, title, requirements.length, covered, requirements.length - covered]
  })
  return [
    renderTable(['Area', 'What it is about', 'Rows', 'Covered', 'Untested'], counts),
    ...areas.map(
      ({ name, title, requirements }) =>
        `## ${name}\n\n${title}.\n\n${renderTable(['Id', 'Level', 'Requirement', 'Source', 'Covered by'], requirements.map(requirementRow))}`,
    ),
  ].join('\n')
}

function requirementRow(requirement: CoveredRequirement): string[] {
  const { id, level, underTest, statement, source, scenarios } = requirement
  const reason = reasonUntested(requirement)
  return [
    id,
    `${level}, ${underTest}`,
    statement,
    source.map(renderSource).join('; '),
    reason === undefined ? scenarios.map(({ name }) => name).join('; ') : `*${reason}*`,
  ]
}

function renderSource({ document, section }: Source): string {
  const { title, url }: Document = documents[document]
  // "PR-MESS: X-Road Message Protocol v4.0" is known by its id.
  const short = /^[A-Z]{2}-[A-Z]+(?=:)/.exec(title)?.[0] ?? title
  const link = url === undefined ? short : `[${short}](${url})`
  return section === undefined ? link : `${link} ${section}`
}

/** The contradictions between documents, as a Markdown table. */
export function renderAmbiguities(): string {
  const rows = ambiguities.map(({ id, where, disagreement, whatTheSuiteDoes }) => [
    id,
    where,
    disagreement,
    whatTheSuiteDoes,
  ])
  return renderTable(['Id', 'Where', 'What disagrees', 'What the suite does'], rows)
}

function renderTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.map(renderCell).join(' | ')} |\n`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('')
}

/** A pipe ends a cell even in code, and `<` outside code begins a tag. */
function renderCell(text: string | number): string {
  return String(text)
    .split(/(`[^`]*`)/)
    .map((part, at) => (at % 2 === 1 ? part : part.replaceAll('<', '&lt;')))
    .join('')
    .replaceAll('|', '\\|')
}
