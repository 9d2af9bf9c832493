import type { RawHeader } from '../../fixtures/exchange.ts'
import type { EngineRules } from '../../fixtures/version-profile.ts'
import { escapeMarkup } from '../message/escape-markup.ts'
import { dateHeader } from './date-header.ts'
import { reasonPhrase } from './reason-phrase.ts'

/** What a refusal knows of the request, and how it is told. */
export interface RefusalPlace {
  readonly uri?: string
  /** Host that the page puts before it. */
  readonly host?: string | undefined
  readonly method?: string
  readonly announcesClose?: boolean
  readonly wholePage?: boolean
  readonly dated?: boolean
}

/** Methods whose requests are refused with a page. */
const pageMethods = ['GET', 'POST', 'HEAD']

/**
 * What the HTTP engine of a security server refuses before any X-Road code runs (consumer-side listener, no X-Road-Error):
 * an HTML page with the reason as its title, then a closed connection.
 */
export class EngineRefusal extends Error {
  override readonly name = 'EngineRefusal'
  readonly status: number
  /** The target as far as it was understood. */
  readonly uri: string
  readonly host: string | undefined
  /** The method, where the request line was understood: only some get a page to the refusal. */
  readonly method: string | undefined
  /** An error found in the request line closes the connection without announcing it. */
  readonly announcesClose: boolean
  /** A page of its own even where other refusals are a line. */
  readonly wholePage: boolean
  /** Whether its page carries a date. */
  readonly dated: boolean

  constructor(status: number, reason: string, place: RefusalPlace = {}) {
    super(reason)
    this.status = status
    this.uri = place.uri ?? '/badMessage'
    this.host = place.host
    this.method = place.method
    this.announcesClose = place.announcesClose ?? false
    this.wholePage = place.wholePage ?? false
    this.dated = place.dated ?? true
  }
}

/** A request after which the engine closes the connection without a word. */
export class SilentRefusal extends Error {
  override readonly name = 'SilentRefusal'
}

/** A refusal as it goes out: reason phrase, header fields and page. */
export function renderRefusal(
  refusal: EngineRefusal,
  rules: EngineRules,
  scheme: 'http' | 'https' = 'http',
): { reason: string; headers: RawHeader[]; body: Buffer } {
  const { status, announcesClose } = refusal
  const full = rules.refusalPage === 'page' || refusal.wholePage
  const pageless = full && refusal.method !== undefined && !pageMethods.includes(refusal.method)
  const uri = refusal.host === undefined ? refusal.uri : `${scheme}://${refusal.host}${refusal.uri}`
  const page = full ? errorPage(refusal, uri) : badMessage(refusal)
  const body = Buffer.from(pageless ? '' : page, 'latin1')
  const date = full && refusal.dated ? [dateHeader()] : []
  const caching: RawHeader[] = full ? [['Cache-Control', 'must-revalidate,no-cache,no-store']] : []
  const close: RawHeader[] = announcesClose || !full ? [['Connection', 'close']] : []
  const headers: RawHeader[] = [
    ...date,
    ...caching,
    ...(pageless ? [] : [pageType]),
    ['Content-Length', String(body.length)],
    ...close,
  ]
  return { reason: rules.refusalReason === 'own' ? refusal.message : reasonPhrase(status), headers, body }
}

const pageType: RawHeader = ['Content-Type', 'text/html;charset=iso-8859-1']

function errorPage({ status, message }: EngineRefusal, uri: string): string {
  const reason = escapeMarkup(message)
  return (
    '<html>\n<head>\n<meta http-equiv="Content-Type" content="text/html;charset=ISO-8859-1"/>\n' +
    `<title>Error ${status} ${reason}</title>\n</head>\n<body>\n<h2>HTTP ERROR ${status} ${reason}</h2>\n<table>\n` +
    `<tr><th>URI:</th><td>${escapeMarkup(uri)}</td></tr>\n<tr><th>STATUS:</th><td>${status}</td></tr>\n` +
    `<tr><th>MESSAGE:</th><td>${reason}</td></tr>\n</table>\n\n</body>\n</html>\n`
  )
}

function badMessage({ status, message }: EngineRefusal): string {
  return `<h1>Bad Message ${status}</h1><pre>reason: ${message}</pre>`
}
