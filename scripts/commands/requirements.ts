import { Command, Option } from 'commander'
import { nearestName } from '../../fixtures/nearest-name.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import { listScenarios } from '../../suites/scenario-list.ts'
import { type AreaCoverage, type CoveredRequirement, type CoveringScenario, coverAreas } from '../coverage.ts'
import { printAreas, printList, printRequirement } from '../print-requirements.ts'
import { renderAreas } from '../requirements-markdown.ts'

interface Options {
  readonly area?: string
  readonly id?: string
  readonly untested?: true
  readonly json?: true
  readonly markdown?: true
}

interface Surroundings {
  readonly list?: () => Promise<readonly CoveringScenario[]>
  readonly write?: (text: string) => void
}

/** `roadworthy requirements`: what X-Road asks, and which scenario covers what. */
export function requirementsCommand(surroundings: Surroundings = {}): Command {
  const { list = listScenarios, write = (text) => process.stdout.write(text) } = surroundings
  return new Command('requirements')
    .description('show what X-Road asks for, and which scenarios cover it')
    .option('--area <area>', 'only one area, by name or by the prefix of its ids (connection or CONN)')
    .addOption(new Option('--id <id>', 'one requirement in full, such as CONN-HTTPS-03').conflicts('area'))
    .option('--untested', 'only what no scenario covers, with the reason')
    .addOption(new Option('--json', 'print JSON for programs').conflicts('markdown'))
    .option('--markdown', 'print Markdown')
    .addHelpText(
      'after',
      `
Examples:
  roadworthy requirements                          areas with their counts
  roadworthy requirements --area tenancy           the requirements of one area
  roadworthy requirements --id CONN-HTTPS-03       one requirement, its sources and scenarios
  roadworthy requirements --untested --json        what is left to do, for a program`,
    )
    .action(async (options: Options) => {
      write(renderSelection(select(coverAreas(await list()), options), options))
    })
}

function select(areas: readonly AreaCoverage[], { area, id, untested }: Options): AreaCoverage[] {
  const chosen = area !== undefined ? [findArea(areas, area)] : id !== undefined ? [findRequirement(areas, id)] : areas
  const wanted = ({ scenarios }: CoveredRequirement): boolean => untested === undefined || scenarios.length === 0
  return chosen
    .map((one) => ({ ...one, requirements: one.requirements.filter(wanted) }))
    .filter(({ requirements }) => requirements.length > 0)
}

function findArea(areas: readonly AreaCoverage[], wanted: string): AreaCoverage {
  const area = areas.find(({ name, prefix }) => name === wanted.toLowerCase() || prefix === wanted.toUpperCase())
  if (area !== undefined) return area
  const nearest = nearestName(
    wanted,
    areas.flatMap(({ name, prefix }) => [name, prefix]),
  )
  const instead = nearest ?? `one of ${areas.map(({ name }) => name).join(', ')}`
  throw new UsageError(`--area: there is no area "${wanted}"; write ${instead}`)
}

/** The area of a requirement, with that requirement alone. */
function findRequirement(areas: readonly AreaCoverage[], wanted: string): AreaCoverage {
  for (const area of areas) {
    const requirement = area.requirements.find(({ id }) => id === wanted.toUpperCase())
    if (requirement !== undefined) return { ...area, requirements: [requirement] }
  }
  const nearest = nearestName(
    wanted,
    areas.flatMap(({ requirements }) => requirements.map(({ id }) => id)),
  )
  const instead = nearest === undefined ? 'an id that `roadworthy requirements --area AREA` lists' : nearest
  throw new UsageError(`--id: there is no requirement "${wanted}"; write ${instead}`)
}

function renderSelection(areas: readonly AreaCoverage[], { area, id, untested, json, markdown }: Options): string {
  const requirements = areas.flatMap((one) => one.requirements)
  if (json) return `${JSON.stringify(requirements, null, 2)}\n`
  if (markdown) return renderAreas(areas)
  if (id !== undefined) return requirements.map(printRequirement).join('\n')
  if (area !== undefined || untested) return printList(requirements)
  return printAreas(areas)
}
