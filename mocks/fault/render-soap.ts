import type { RawHeader } from '../../fixtures/exchange.ts'
import { escapeXml } from '../message/escape-markup.ts'
import type { RenderedSoapFault } from './fault.ts'

/** A SOAP fault as a security server writes it: HTTP 200, one line, an empty actor and an empty SOAPAction (ERR-SOAP-01..04). */
export function renderSoapFault(fault: RenderedSoapFault): { status: number; headers: RawHeader[]; body: Buffer } {
  const body =
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Body><SOAP-ENV:Fault>' +
    `<faultcode>${fault.code}</faultcode><faultstring>${escapeXml(String(fault.message))}</faultstring>` +
    (fault.actor === undefined ? '' : `<faultactor>${escapeXml(fault.actor)}</faultactor>`) +
    (fault.detail === undefined
      ? ''
      : `<detail><faultDetail xmlns="">${escapeXml(fault.detail)}</faultDetail></detail>`) +
    '</SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>'
  return { status: 200, headers: soapFaultHeaders, body: Buffer.from(body) }
}

export const soapFaultHeaders: RawHeader[] = [
  ['Content-Type', 'text/xml;charset=utf-8'],
  ['SOAPAction', ''],
]
