import { formatPath } from '../../fixtures/identifiers.ts'
import { fault } from '../fault/fault.ts'
import type { SoapMessage } from '../message/soap-message.ts'
import { isUri } from './java-uri.ts'

/** Throws a FaultError unless the SOAPAction is absent, empty, `""` or a URI in quotes (SOAP-MSG-14). */
export function checkSoapAction(value: string): void {
  if (value === '') return
  const uri = /^"(.*)"$/s.exec(value)?.[1]
  if (uri === undefined || !isUri(uri)) throw fault('soapActionMalformed', {}, 'client')
}

/** What the answer must repeat of the request; protocolVersion and securityServer are not compared (SOAP-HDR-28). */
export function repeatsRequest(request: SoapMessage, answer: SoapMessage): boolean {
  return (
    formatPath(request.client) === formatPath(answer.client) &&
    formatPath(request.service) === formatPath(answer.service) &&
    request.id === answer.id &&
    request.userId === answer.userId &&
    request.issue === answer.issue &&
    request.representedParty?.partyClass === answer.representedParty?.partyClass &&
    request.representedParty?.partyCode === answer.representedParty?.partyCode
  )
}
