import { nearestName } from '../fixtures/nearest-name.ts'
import { areas, type RequirementId, requirements } from '../fixtures/requirements/index.ts'
import { UsageError } from '../fixtures/usage-error.ts'
import type { ListedScenario } from './scenario-list.ts'

/** Which scenarios to run: those that fit every given filter, and within one filter any of its values. */
export interface SelectionFilters {
  readonly requirements?: readonly string[]
  readonly areas?: readonly string[]
  /** A regular expression that the name must match, letter case aside. */
  readonly name?: string
}

/** The scenarios that the filters choose, perhaps none. Throws a UsageError for a filter that names nothing known. */
export function selectScenarios<S extends Pick<ListedScenario, 'name' | 'covers'>>(
  scenarios: readonly S[],
  filters: SelectionFilters,
): readonly S[] {
  const chosen = filters.requirements && new Set(filters.requirements.map(knownRequirement))
  const inAreas = filters.areas && new Set<RequirementId>(filters.areas.flatMap(requirementsOfArea))
  const name = filters.name === undefined ? undefined : pattern(filters.name)
  const covers = (ids: ReadonlySet<RequirementId> | undefined, scenario: S) =>
    ids === undefined || scenario.covers.some((id) => ids.has(id))
  return scenarios.filter(
    (scenario) =>
      covers(chosen, scenario) && covers(inAreas, scenario) && (name === undefined || name.test(scenario.name)),
  )
}

function knownRequirement(id: string): RequirementId {
  const ids = requirements.map((requirement) => requirement.id)
  const known = ids.find((one) => one === id.toUpperCase())
  if (known === undefined) throw unknown('requirement', id, ids)
  return known
}

function requirementsOfArea(name: string): RequirementId[] {
  const area = areas.find((one) => one.name === name.toLowerCase() || one.prefix === name.toUpperCase())
  if (area === undefined)
    throw unknown(
      'area',
      name,
      areas.flatMap((one) => [one.name, one.prefix]),
    )
  return area.requirements.map((requirement) => requirement.id)
}

function pattern(source: string): RegExp {
  try {
    return new RegExp(source, 'i')
  } catch (cause) {
    throw new UsageError(`--name "${source}" is no regular expression: ${(cause as Error).message}.`, { cause })
  }
}

function unknown(what: string, name: string, known: readonly string[]): UsageError {
  const nearest = nearestName(name, known)
  const instead = nearest === undefined ? '"roadworthy requirements" lists them' : `did you mean ${nearest}?`
  return new UsageError(`There is no ${what} "${name}"; ${instead}`)
}
