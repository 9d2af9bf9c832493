import { areas, type CatalogueRequirement, type RequirementId } from '../fixtures/requirements/index.ts'

/** As much of a scenario as it takes to tell what covers what. */
export interface CoveringScenario {
  readonly name: string
  readonly covers: readonly RequirementId[]
  /** Path within the suites. */
  readonly file: string
}

export interface CoveredRequirement extends CatalogueRequirement {
  readonly area: string
  readonly scenarios: readonly Pick<CoveringScenario, 'name' | 'file'>[]
}

export interface AreaCoverage {
  readonly name: string
  readonly prefix: string
  readonly title: string
  readonly requirements: readonly CoveredRequirement[]
}

/** Lays the scenarios over the catalogue: every requirement, with those that cover it. */
export function coverAreas(scenarios: readonly CoveringScenario[]): AreaCoverage[] {
  const covering = new Map<RequirementId, Pick<CoveringScenario, 'name' | 'file'>[]>()
  for (const { name, file, covers } of scenarios) {
    for (const id of new Set(covers)) covering.set(id, [...(covering.get(id) ?? []), { name, file }])
  }
  return areas.map(({ name, prefix, title, requirements }) => ({
    name,
    prefix,
    title,
    requirements: requirements.map((requirement) => ({
      ...requirement,
      area: name,
      scenarios: covering.get(requirement.id) ?? [],
    })),
  }))
}

export function countCovered(requirements: readonly CoveredRequirement[]): number {
  return requirements.filter(({ scenarios }) => scenarios.length > 0).length
}

/** Why nothing covers a requirement; undefined if something does. */
export function reasonUntested({ scenarios, untested }: CoveredRequirement): string | undefined {
  return scenarios.length > 0 ? undefined : (untested ?? 'no scenario yet')
}
