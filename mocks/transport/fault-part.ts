import type { RenderedSoapFault } from '../fault/fault.ts'
import { escapeMarkup } from '../message/escape-markup.ts'

/**
 * A fault of a security server on its way to another: a SOAP fault, whatever the protocol of the message. An exception
 * without a text has no `faultstring`; what XML cannot hold travels as a reference all the same.
 */
export function formatFaultPart({ code, message, actor, detail }: RenderedSoapFault): Buffer {
  const fields = [
    field('faultcode', code),
    field('faultstring', message ?? undefined),
    field('faultactor', actor),
    detail === undefined ? '' : `<detail>${field('faultDetail', detail)}</detail>`,
  ]
  return Buffer.from(
    '<?xml version="1.0" encoding="UTF-8"?>' +
      '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Body><SOAP-ENV:Fault>' +
      `${fields.join('')}</SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>`,
  )
}

/** Reads such a fault; undefined for what is none, or was written by somebody else. */
export function parseFaultPart(xml: Buffer): RenderedSoapFault | undefined {
  const text = xml.toString()
  const read = (name: string) => {
    const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1]
    return found
      ?.replace(/&#([0-9]{1,7});/g, (_, digits: string) => String.fromCharCode(Number(digits)))
      .replace(/&(amp|lt|gt|quot|apos);/g, (_, entity: keyof typeof entities) => entities[entity])
  }
  const code = read('faultcode')
  if (code === undefined) return undefined
  const [message = null, actor, detail] = ['faultstring', 'faultactor', 'faultDetail'].map(read)
  return { code, message, actor, detail, restStatus: 500 }
}

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" } as const

function field(name: string, value: string | undefined): string {
  if (value === undefined) return ''
  const escaped = escapeMarkup(value).replace(
    /[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]/g,
    (character) => `&#${character.charCodeAt(0)};`,
  )
  return `<${name}>${escaped}</${name}>`
}
