import { expect } from 'vitest'
import type { Exchange } from '../../fixtures/exchange.ts'
import { headerValues, mediaType } from '../observe/response.ts'
import { scenario } from '../scenario.ts'
import { placeOf } from './place-of-call.ts'
import { pathOf, serviceSegments } from './rest-target.ts'

/** Services by which a provider tells of itself; their answers are JSON. */
const metaservices = ['listMethods', 'allowedMethods']

scenario(
  'client accepts the type of the metadata that it asks for',
  { covers: ['CLNT-16'], needs: ['client'] },
  async (target) => {
    const { calls, some } = await target.clientUnderTest()
    const asked = calls.filter((call) => isForMetadata(call) && call.response?.status === 200)
    const answered = some(asked, 'call for lists of clients or methods that was answered')
    expect(answered.filter((call) => !acceptsItsAnswer(call)).map(placeOf)).toEqual([])
  },
)

function isForMetadata(call: Exchange): boolean {
  const isList = call.protocol === 'local' && pathOf(call) === '/listClients'
  return isList || metaservices.includes(serviceSegments(call)[4] ?? '')
}

/** Whoever names no type takes every one (RFC 9110, 12.5.1). */
function acceptsItsAnswer({ request, response }: Exchange): boolean {
  const accepted = headerValues(request, 'accept')
    .flatMap((value) => value.toLowerCase().split(','))
    .map(rangeOf)
  const { type } = mediaType({ headers: response?.headers ?? [] })
  const [kind = ''] = type.split('/')
  return accepted.length === 0 || ['*/*', `${kind}/*`, type].some((range) => accepted.includes(range))
}

/** A range of types without its parameters; empty if its weight says that it is not wanted. */
function rangeOf(range: string): string {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim())
  return parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter)) ? '' : type
}
