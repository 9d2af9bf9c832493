import type { RawHeader } from '../../fixtures/exchange.ts'
import type { ProviderScript } from '../../fixtures/provider-script.ts'

export interface ScriptedAnswer {
  readonly status?: number
  readonly reason?: string
  readonly headers?: readonly RawHeader[]
  readonly body?: string | Buffer
  /** Milliseconds before anything is said. */
  readonly after?: number
}

/** The script of an information system that answers so, and closes: status 200 and `text/xml` unless said otherwise. */
export function scriptedAnswer(answer: ScriptedAnswer = {}): ProviderScript {
  const {
    status = 200,
    reason = 'OK',
    headers = [['Content-Type', 'text/xml; charset=UTF-8']],
    body = '',
    after,
  } = answer
  const bytes = Buffer.from(body)
  const length = status === 204 || status === 304 ? [] : [['Content-Length', String(bytes.length)]]
  const fields = [...headers, ...length, ['Connection', 'close']]
  const head = `HTTP/1.1 ${status} ${reason}\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
  const sent = Buffer.concat([Buffer.from(head), bytes]).toString('base64')
  return { actions: [...(after === undefined ? [] : [{ waitMs: after }]), { sendBase64: sent }, { close: 'fin' }] }
}
