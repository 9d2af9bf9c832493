import type { ServiceId } from '../../fixtures/identifiers.ts'
import type { Response } from '../observe/answer.ts'
import { NotApplicable } from './not-applicable.ts'
import type { Target } from './target.ts'

/** The description of a service as its owner publishes it, without a security server in between. */
export async function publishedDescription(target: Target, service: ServiceId): Promise<Response> {
  await using line = target.provider(service)
  const approach = { client: target.client('https'), connection: line }
  const request = { method: 'GET', target: line.descriptionPath, headers: [], body: '' } as const
  const seen = line.descriptionPath === '' ? undefined : await target.soap(approach).send(request)
  if (seen?.kind !== 'response') throw new NotApplicable('the description cannot be read where it is published')
  return seen
}
