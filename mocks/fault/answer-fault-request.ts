import { formatFaultCode } from '../../fixtures/fault-catalogue.ts'
import type { VersionProfile } from '../../fixtures/version-profile.ts'
import type { SoapFault } from '../message/soap-message.ts'
import { fault, type RenderedSoapFault } from './fault.ts'

/**
 * The answer to a SOAP fault that was sent as a request: its own code behind the prefix for bad requests. Newer servers
 * write the rest anew, older ones send it back as it came. Throws a FaultError for a fault without a code.
 */
export function answerFaultRequest(sent: SoapFault, profile: VersionProfile, newId: () => string): RenderedSoapFault {
  const { rewritesFaultRequests } = profile.quirks
  if (sent.code === undefined) throw fault('faultRequestEmpty', {}, rewritesFaultRequests ? 'client' : 'clientProxy')
  const prefix = formatFaultCode('client', [], profile.faultSpelling)
  const rendered = { message: sent.string ?? null, restStatus: 400 }
  return rewritesFaultRequests
    ? { ...rendered, code: `${prefix}.${sent.code.toLowerCase()}`, actor: '', detail: newId() }
    : { ...rendered, code: `${prefix}.${sent.code}`, actor: sent.actor, detail: sent.detail }
}
