import type { RawHeader } from '../../fixtures/exchange.ts'
import type { Quirks } from '../../fixtures/version-profile.ts'
import type { RenderedFault } from './fault.ts'

export interface RestError {
  readonly status: number
  readonly headers: readonly RawHeader[]
  readonly body: Buffer
  /** An XML error ends the connection. */
  readonly close: boolean
}

/** A REST error in the media type that `negotiateErrorType` chose: X-Road-Error first, the body compact (ERR-REST-01..09). */
export function renderRestError(fault: RenderedFault, mediaType: RestErrorType, quirks: Quirks): RestError {
  const { code, message, detail, restStatus: status } = fault
  const errorHeader: RawHeader = ['X-Road-Error', code]
  if (mediaType === 'application/json') {
    const body = Buffer.from(JSON.stringify({ type: code, message, detail }))
    return { status, headers: [errorHeader, ['Content-Type', quirks.jsonErrorType]], body, close: false }
  }
  const text = message ?? ''
  const headers: RawHeader[] = [errorHeader, ['Content-Type', `${mediaType};charset=utf-8`]]
  const close = quirks.xmlErrorCloses
  if (quirks.controlCharacterInXml === 'empties-body' && text.search(controlCharacter) >= 0) {
    return { status, headers, body: Buffer.alloc(0), close }
  }
  const body =
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?>' +
    `<error><type>${escapeText(code)}</type><message>${escapeText(text)}</message><detail>${detail}</detail></error>`
  return { status, headers, body: Buffer.from(body), close }
}

export type RestErrorType = 'application/json' | 'text/xml' | 'application/xml'

/** The first XML type among all Accept values decides, whatever their q says; `text/*` is text/xml; otherwise JSON. */
export function negotiateErrorType(accept: readonly string[]): RestErrorType {
  for (const item of accept.flatMap((value) => value.split(','))) {
    const type = (item.split(';', 1)[0] as string).trim().toLowerCase()
    if (type === 'text/xml' || type === 'application/xml') return type
    if (type === 'text/*') return 'text/xml'
  }
  return 'application/json'
}

const controlCharacter = /[\x00-\x08\x0b\x0c\x0e-\x1f]/g

function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(controlCharacter, (character) => `&#${character.charCodeAt(0)};`)
}
