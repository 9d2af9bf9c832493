import { SaxesParser, type SaxesTagNS } from 'saxes'

/** What the SOAP test services read of a request. */
export interface SoapRequest {
  /** Everything up to the end of the header, as sent: an answer that begins with it repeats each field to the letter. */
  readonly beginning: string
  /** Prefix of the envelope with its colon; empty for the default namespace. */
  readonly prefix: string
  /** Whether elements without prefix are in some namespace after `beginning`. */
  readonly hasDefaultNamespace: boolean
  readonly serviceCode: string
  readonly wrapper: { readonly name: string; readonly namespace: string }
  /** Whether the wrapper holds a `request` element, as the older dialects have it. */
  readonly isWrapped: boolean
  /** Elements of the wrapper, or of its `request`: local name and text, in order. */
  readonly fields: readonly Field[]
}

export interface Field {
  readonly name: string
  readonly text: string
}

const envelopeNamespace = 'http://schemas.xmlsoap.org/soap/envelope/'
const mostFields = 1000

/** Parses an X-Road SOAP request; throws for anything else: broken XML, a DOCTYPE, a missing part. */
export function parseSoapRequest(xml: string): SoapRequest {
  const parser = new SaxesParser({ xmlns: true })
  const open: SaxesTagNS[] = []
  const fields: { name: string; text: string }[] = []
  let header: Pick<SoapRequest, 'beginning' | 'prefix' | 'hasDefaultNamespace'> | undefined
  let serviceCode = ''
  let wrapper: SoapRequest['wrapper'] | undefined
  let isWrapped = false

  const at = (...names: string[]) =>
    open.length === names.length && names.every((name, depth) => open[depth]?.local === name)
  const inBody = (depth: number) => open.length >= depth && isEnvelopePart(open[1], 'Body')

  parser.on('doctype', () => {
    throw new Error('DOCTYPE')
  })
  parser.on('opentag', (tag) => {
    if (open.length === 0 && !isEnvelopePart(tag, 'Envelope')) throw new Error('no SOAP 1.1 envelope')
    open.push(tag)
    if (!inBody(3)) return
    if (open.length === 3) {
      if (wrapper !== undefined || header === undefined) throw new Error('one body element after the header')
      wrapper = { name: tag.local, namespace: tag.uri }
    } else if (open.length === 4 && tag.local === 'request') isWrapped = true
    else if (open.length === (isWrapped ? 5 : 4) && fields.push({ name: tag.local, text: '' }) > mostFields) {
      throw new Error('too many elements')
    }
  })
  const onText = (text: string) => {
    if (at('Envelope', 'Header', 'service', 'serviceCode')) serviceCode += text
    const field = fields.at(-1)
    if (field !== undefined && inBody(isWrapped ? 5 : 4)) field.text += text
  }
  parser.on('text', onText)
  parser.on('cdata', onText)
  parser.on('closetag', (tag) => {
    if (at('Envelope', 'Header') && isEnvelopePart(tag, 'Header')) {
      const root = open[0]
      header ??= {
        beginning: xml.slice(0, parser.position),
        prefix: root?.prefix ? `${root.prefix}:` : '',
        hasDefaultNamespace: (root?.ns[''] ?? '') !== '',
      }
    }
    open.pop()
  })
  parser.on('xmldecl', ({ encoding = 'utf-8' }) => {
    if (!/^(utf-8|us-ascii)$/i.test(encoding)) throw new Error('X-Road messages are UTF-8')
  })
  parser.write(xml).close()

  if (header === undefined || serviceCode === '' || wrapper === undefined) throw new Error('no X-Road message')
  return { ...header, serviceCode, wrapper, isWrapped, fields }
}

function isEnvelopePart(tag: SaxesTagNS | undefined, name: string): boolean {
  return tag?.local === name && tag.uri === envelopeNamespace
}
