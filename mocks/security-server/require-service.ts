import { type ClientId, formatId, type ServiceId } from '../../fixtures/identifiers.ts'
import { fault } from '../fault/fault.ts'
import type { AccessQuestion } from './authorise.ts'
import type { ServiceQuestion } from './check-service.ts'
import type { MessageContext } from './message-context.ts'
import type { ConfiguredClient, ConfiguredService } from './server-configuration.ts'

export interface CallQuestion extends Pick<ServiceQuestion, 'service' | 'protocol'> {
  /** What the message names, whether there is such a service or not. */
  readonly id: ServiceId
  readonly client: ClientId
  readonly provider: ConfiguredClient
  /** What rights are held against; asked only if it comes to that. */
  request(): AccessQuestion['request']
}

/** The service, if the client may call it now and it has an address; throws a FaultError that says why not. */
export function requireService({ decisions, global }: MessageContext, question: CallQuestion): ConfiguredService {
  const { id, client, provider, service, protocol } = question
  const refusal = decisions.checkService({
    service,
    protocol,
    allowed: () =>
      decisions.authorise({
        client,
        provider,
        serviceCode: id.serviceCode,
        request: question.request(),
        global,
      }),
  })
  if (refusal !== undefined || service === undefined) {
    throw fault(refusal ?? 'serviceUnknown', { service: formatId(id), notice: service?.description.notice ?? '' })
  }
  if (service.url === '') throw fault('serviceAddressMissing', { service: formatId(id) })
  return service
}
