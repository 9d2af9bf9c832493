import { randomUUID } from 'node:crypto'
import type { ConfigurationChange } from '../../fixtures/configuration-change.ts'
import { type ClientId, clientId, formatPath, type MemberId, type ServiceId } from '../../fixtures/identifiers.ts'
import type { Target } from './target.ts'

type NewClient = Extract<ConfigurationChange, { kind: 'add-client' }>['client']
type NewDescription = NonNullable<NewClient['descriptions']>[number]
type NewService = NonNullable<NewDescription['services']>[number]
type NewRight = NonNullable<NewService['allow']>[number]

/** What a scenario says of the provider that it adds: a REST service that the ordinary client may call, unless said otherwise. */
export interface ProviderWishes extends Pick<NewClient, 'localGroups' | 'certificates'> {
  /** By default the member that offers the scripted service. */
  readonly member?: MemberId
  /** Code of the security server; by default the one of the scripted service. */
  readonly server?: string
  /** The beginning of its subsystem code. */
  readonly name?: string
  readonly description?: Omit<NewDescription, 'services' | 'type'>
  readonly service?: Partial<Omit<NewService, 'code'>>
  /** Instead of these, whole descriptions. */
  readonly descriptions?: NewClient['descriptions']
}

/** A provider of a scenario's own: what is changed about it disturbs nobody else. */
export interface AddedProvider {
  readonly id: ClientId
  /** Its service `script`. */
  readonly service: ServiceId
  /** Changes what its security server has configured about it. */
  change(change: OwnChange): Promise<void>
}

type ServiceChange = Extract<
  ConfigurationChange,
  { kind: 'set-description-disabled' | 'set-access-rights' | 'set-service' | 'set-local-group' }
>
type OwnChange = ServiceChange extends infer Change
  ? Change extends unknown
    ? Omit<Change, 'provider'>
    : never
  : never

/** Adds a subsystem to the security server that offers the scripted service. */
export async function addProvider(target: Target, wishes: ProviderWishes = {}): Promise<AddedProvider> {
  const { name = 'Added', member, description, service, descriptions, server: wanted, ...client } = wishes
  const { server, service: scripted, id } = target.scriptedService('rest')
  const code = wanted ?? server.code
  const { instance, memberClass, memberCode } = member ?? id.provider
  const provider = clientId(instance, memberClass, memberCode, `${name}-${randomUUID()}`)
  const plain: NewService = { code: 'script', url: scripted.url, allow: rightOf(target.client('https')), ...service }
  await target.control.change(code, {
    kind: 'add-client',
    client: {
      ...client,
      id: formatPath(provider),
      descriptions: descriptions ?? [{ ...description, type: 'REST', services: [plain] }],
    },
  })
  return {
    id: provider,
    service: { kind: 'service', provider, serviceCode: 'script' },
    change: (change) =>
      target.control.change(code, { ...change, provider: formatPath(provider) } as ConfigurationChange),
  }
}

/** The right of one client: to the whole service, or to endpoints of it. */
export function rightOf(client: ClientId, endpoints?: NewRight['endpoints']): NewRight[] {
  return [{ subjects: [{ client: formatPath(client) }], ...(endpoints !== undefined && { endpoints }) }]
}
