import { escapeMarkup } from './escape-markup.ts'
import type { RunRecord, ScenarioResult } from './run-record.ts'
import { countVerdicts } from './tally.ts'

/** The run as JUnit XML: one test suite per file, requirement ids as properties, a warning as a property too. */
export function formatJunit({ header, results }: Pick<RunRecord, 'header' | 'results'>): string {
  const files = [...Map.groupBy(results, ({ file }) => file)]
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="roadworthy" ${countAttributes(results)}>`,
    ...files.map(([file, inFile]) => formatSuite(file, inFile, header.started)),
    '</testsuites>',
    '',
  ].join('\n')
}

function formatSuite(file: string, results: readonly ScenarioResult[], started: string): string {
  const head = `<testsuite name="${escapeMarkup(file)}" timestamp="${escapeMarkup(started)}" ${countAttributes(results)}>`
  return [`  ${head}`, ...results.map(formatCase), '  </testsuite>'].join('\n')
}

function formatCase({ scenario, file, covers, verdict, milliseconds }: ScenarioResult): string {
  const warnings = verdict.kind === 'warning' ? [property('warning', verdict.reason)] : []
  const properties = [...covers.map((id) => property('requirement', id)), ...warnings]
  const classname = file.replace(/\.suite\.(ts|js)$/, '').replaceAll('/', '.')
  return [
    `    <testcase classname="${escapeMarkup(classname)}" name="${escapeMarkup(scenario)}" time="${milliseconds / 1000}">`,
    '      <properties>',
    ...properties.map((line) => `        ${line}`),
    '      </properties>',
    ...outcome(verdict).map((line) => `      ${line}`),
    '    </testcase>',
  ].join('\n')
}

function outcome(verdict: ScenarioResult['verdict']): string[] {
  switch (verdict.kind) {
    case 'pass':
    case 'warning':
      return []
    case 'fail':
      return [`<failure message="${firstLine(verdict.reason)}">${escapeMarkup(verdict.reason)}</failure>`]
    case 'inconclusive':
      return [`<error message="${firstLine(verdict.reason)}">${escapeMarkup(verdict.reason)}</error>`]
    case 'not-applicable':
      return [`<skipped message="${escapeMarkup(verdict.reason)}"/>`]
  }
}

function property(name: string, value: string): string {
  return `<property name="${name}" value="${escapeMarkup(value)}"/>`
}

function countAttributes(results: readonly ScenarioResult[]): string {
  const counts = countVerdicts(results)
  const seconds = results.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000
  const numbers = `tests="${results.length}" failures="${counts.fail}" errors="${counts.inconclusive}"`
  return `${numbers} skipped="${counts['not-applicable']}" time="${seconds.toFixed(3)}"`
}

function firstLine(text: string): string {
  return escapeMarkup(text.split('\n')[0] ?? '')
}
