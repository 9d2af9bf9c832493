import type { Quirks } from '../../../fixtures/version-profile.ts'
import { fault } from '../../fault/fault.ts'
import type { RequestHead } from '../../http/request-head.ts'
import { headerValues } from '../../message/raw-headers.ts'
import type { GlobalConfiguration } from '../global-configuration.ts'
import type { ConsumerContext } from '../message-context.ts'
import type { ListedClient } from './client-list.ts'
import type { LocalAnswer } from './local-answer.ts'

/** Every member of an instance, each followed by its subsystems, in XML, or in JSON if any item of Accept asks for it. */
export function listClients(
  { global, decisions, tls, profile: { quirks, engine } }: ConsumerContext,
  parameters: URLSearchParams,
  head: RequestHead,
): LocalAnswer {
  const instance = parameters.get('xRoadInstance') ?? ''
  const listed = decisions.listedInstance(instance, global)
  if (listed === undefined) throw fault('instanceUnknownToList', { instance })
  const clients = decisions.mayListClients(tls) ? decisions.listedClients(everyClient(listed, quirks)) : []
  const json = decisions.acceptsJson(headerValues(head.headers, 'accept'))
  return {
    status: 200,
    headers: [['Content-Type', json ? 'application/json; charset=utf-8' : quirks.soapAnswerType]],
    body: Buffer.from(decisions.writeClientList(clients, json ? 'json' : 'xml', quirks)),
    framing: engine.answerFraming,
  }
}

function everyClient({ members }: GlobalConfiguration, { listsSubsystemNames }: Quirks): ListedClient[] {
  return members.flatMap(({ id, name, subsystems }) => [
    { id, name, subsystemName: undefined },
    ...subsystems.map((subsystem) => ({
      id: subsystem.id,
      name,
      subsystemName: listsSubsystemNames ? subsystem.name : undefined,
    })),
  ])
}
