import { equalIds, formatPath, type ServiceId } from '../../fixtures/identifiers.ts'
import type { Response } from '../observe/answer.ts'
import { fetchDescription } from './ask-provider.ts'
import { placedServices } from './cast/access.ts'
import { NotApplicable } from './not-applicable.ts'
import type { Target } from './target.ts'

/** The description of a service as its owner publishes it, without a security server in between. */
export async function publishedDescription(target: Target, service: ServiceId): Promise<Response> {
  const placed = placedServices(target.topology).find(({ id }) => equalIds(id, service))
  if (placed === undefined) throw new NotApplicable(`the topology does not say who publishes ${formatPath(service)}`)
  const seen = await fetchDescription(target, { ...placed, client: target.client('https') })
  if (seen.kind !== 'response') throw new NotApplicable('the description cannot be read where it is published')
  return seen
}
