import { type ClientId, clientId, formatId } from '../../../fixtures/identifiers.ts'
import { FaultError, fault, faultMessage } from '../../fault/fault.ts'
import { requireNotBlank } from '../../message/identifier-part.ts'
import type { ConsumerContext } from '../message-context.ts'
import { authenticateCaller } from '../verify-caller.ts'
import type { LocalAnswer } from './local-answer.ts'

interface Refusal {
  readonly status: number
  readonly text: string
}

/**
 * The signed documents of a message, which the client it belongs to may fetch. The mock keeps none, so whoever passes
 * every check learns that there are none.
 */
export function answerAsic(context: ConsumerContext, parameters: URLSearchParams): LocalAnswer {
  const { status, text } = refusal(context, parameters)
  return {
    status,
    headers: [['Content-Type', context.profile.quirks.plainTextType]],
    body: Buffer.from(text),
    framing: 'length',
  }
}

function refusal(context: ConsumerContext, parameters: URLSearchParams): Refusal {
  const missing = ['xRoadInstance', 'memberClass', 'memberCode'].find((name) => !parameters.has(name))
  if (missing !== undefined) return unspecified(missing)
  const client = refusing(500, context, () => clientOf(parameters))
  if ('status' in client) return client
  const authenticated = refusing(401, context, () => authenticateReader(context, client))
  if (authenticated !== undefined) return authenticated
  if (!parameters.has('queryId')) return unspecified('queryId')
  if (parameters.has('requestOnly') && parameters.has('responseOnly')) {
    return { status: 400, text: 'Parameters "requestOnly" and "responseOnly" cannot be used at the same time.' }
  }
  return { status: 404, text: 'No signed documents found' }
}

function unspecified(parameter: string): Refusal {
  return { status: 400, text: `Parameter "${parameter}"  must be specified.` }
}

/** The result of an action, or the refusal with the text of the fault that it throws. */
function refusing<Result>(status: number, { profile }: ConsumerContext, action: () => Result): Result | Refusal {
  try {
    return action()
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    return { status, text: faultMessage(error, profile) ?? 'null' }
  }
}

function clientOf(parameters: URLSearchParams): ClientId {
  const part = (name: string) => requireNotBlank(name, parameters.get(name) ?? undefined)
  return clientId(
    part('xRoadInstance'),
    part('memberClass'),
    part('memberCode'),
    parameters.has('subsystemCode') ? part('subsystemCode') : undefined,
  )
}

/** As for messages, except that the client's status and the server's `verify-client-cert` do not count. */
function authenticateReader(context: ConsumerContext, id: ClientId): undefined {
  const client = context.decisions.findClient(context.configuration, id)
  if (client === undefined) throw fault('clientNotFound', { client: formatId(id) })
  const refused = authenticateCaller(context, client, id)
  if (refused !== undefined) throw refused
}
