import { writeFileSync } from 'node:fs'
import { listScenarios } from '../suites/scenario-list.ts'
import { type CoveringScenario, coverAreas } from './coverage.ts'
import { renderAmbiguities, renderAreas } from './requirements-markdown.ts'

/** The text of docs/requirements.md. */
export function requirementsDocument(scenarios: readonly CoveringScenario[]): string {
  return `# Requirements

<!-- Written by \`npm run docs\` from fixtures/requirements and the scenarios. -->

What X-Road asks of security servers, central servers and the information systems on either side, with its source and
the scenarios that cover it. A requirement without scenario says why. \`roadworthy requirements --id ID\` prints one with
everything known about it. Levels are those of the source; DEFAULT is the behaviour of a server as it is delivered.

${renderAreas(coverAreas(scenarios))}
## Where sources disagree

PR-…, UG-… and IG-… are X-Road's own document ids; "guide" is the Finnish guide for connecting an information system to a
security server, "sharing guide" the one for sharing a security server with another organisation.

${renderAmbiguities()}`
}

if (import.meta.main) {
  writeFileSync(new URL('../docs/requirements.md', import.meta.url), requirementsDocument(await listScenarios()))
}
