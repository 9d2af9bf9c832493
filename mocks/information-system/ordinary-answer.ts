import type { RequestHead } from '../http/request-head.ts'
import type { Body } from '../message/body.ts'
import { headerValues } from '../message/raw-headers.ts'

/** What a scripted information system answers to a call that it has no script for: a SOAP answer to SOAP, else JSON. */
export function ordinaryAnswer(head: RequestHead, body: Body): Buffer {
  const soap = headerValues(head.headers, 'soapaction').length > 0 ? soapAnswer(body) : undefined
  const content = Buffer.from(soap ?? '{"ok":true}')
  const type = soap === undefined ? 'application/json' : 'text/xml; charset=UTF-8'
  const start = `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: ${content.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(start), head.method === 'HEAD' ? Buffer.alloc(0) : content])
}

/** The request with the name of its body element lengthened by `Response`: all header fields as they came. */
function soapAnswer(body: Body): string | undefined {
  const text = body.bytes?.toString('utf8') ?? ''
  const envelope = /<(?:\?xml[^>]*\?>\s*<)?[\w.:-]*Envelope[\s\S]*<\/[\w.:-]*Envelope>/.exec(text)?.[0]
  const element = /<[\w.-]*:?Body[^>]*>\s*<((?:[\w.-]+:)?[\w.-]+)/.exec(envelope ?? '')?.[1]
  if (envelope === undefined || element === undefined) return undefined
  const name = element.replaceAll('.', '\\.')
  return envelope
    .replace(new RegExp(`(<[\\w.-]*:?Body[^>]*>\\s*<)${name}(?=[\\s/>])`), `$1${element}Response`)
    .replace(new RegExp(`</${name}\\s*>(?=\\s*</[\\w.-]*:?Body)`), `</${element}Response>`)
}
