import { type Placeholders, toBuffer } from './bytes.ts'
import type { GoldenCase, Header, NormalisedBody, Outcomes } from './golden-case.ts'
import { requestBytes } from './request-bytes.ts'

/** What came, for reading: answers first, then what the provider received. */
export function describeOutcomes(outcomes: Outcomes): string[] {
  return [
    ...outcomes.exchanges.flatMap((exchange, index) => [
      `── answer ${index + 1}: ${exchange.outcome}${exchange.closed ? ', closed' : ''}`,
      ...(exchange.interim ?? []).map((status) => `(${status})`),
      ...(exchange.status === null ? [] : [`${exchange.status} ${exchange.reason ?? ''}`]),
      ...describeMessage(exchange.headers ?? [], exchange.body, exchange.trailers ?? []),
    ]),
    ...outcomes.provider.flatMap((call, index) => [
      `── provider call ${index + 1}${call.complete ? '' : ', incomplete'}${certificateNote(call.tls?.clientCertificate)}`,
      call.line,
      ...describeMessage(call.headers, call.body, []),
    ]),
    ...(outcomes.provider.length === 0 ? ['── no provider call'] : []),
  ]
}

function certificateNote(certificate: string | null | undefined): string {
  return certificate === undefined ? '' : `, client certificate ${certificate ?? 'none'}`
}

function describeMessage(
  headers: readonly Header[],
  body: NormalisedBody | undefined,
  trailers: readonly Header[],
): string[] {
  return [
    ...[...headers]
      .sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
      .map(([name, value]) => `${name}: ${value}`),
    '',
    ...(body === undefined ? [] : 'text' in body ? lines(body.text) : [JSON.stringify(body)]),
    ...trailers.map(([name, value]) => `trailer ${name}: ${value}`),
  ]
}

/** What a case sends and what its provider is told to answer. */
export function describeSent(golden: GoldenCase, values: Placeholders): string[] {
  return [
    ...golden.requests.flatMap((request, index) => {
      const { head, body } = requestBytes(request, values)
      return [
        `── request ${index + 1} to ${golden.listener}, certificate ${golden.certificate ?? 'none'}`,
        ...lines(String(head)),
        ...lines(String(body)),
      ]
    }),
    ...golden.provider.flatMap((script, index) => [
      `── provider script ${index + 1}${script.when === undefined ? '' : ` when ${script.when}`}`,
      ...script.actions.flatMap((action) =>
        'send' in action ? lines(String(toBuffer(action.send, values))) : [JSON.stringify(action)],
      ),
    ]),
  ]
}

const longest = 6000

function lines(text: string): string[] {
  const shown = text.length > longest ? `${text.slice(0, longest)}… (${text.length} characters)` : text
  return shown.replaceAll('\r', '').split('\n')
}

/** Two texts in columns; a line that is not the same on both sides is marked. */
export function sideBySide(left: readonly string[], right: readonly string[], width: number): string[] {
  const column = Math.max(20, Math.floor((width - 3) / 2))
  const result: string[] = []
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const [a, b] = [left[at] ?? '', right[at] ?? '']
    const mark = a === b ? '│' : '≠'
    const [wrappedA, wrappedB] = [wrap(a, column), wrap(b, column)]
    for (let row = 0; row < Math.max(wrappedA.length, wrappedB.length); row++) {
      result.push(`${(wrappedA[row] ?? '').padEnd(column)} ${mark} ${wrappedB[row] ?? ''}`)
    }
  }
  return result
}

function wrap(text: string, width: number): string[] {
  if (text.length <= width) return [text]
  return Array.from({ length: Math.ceil(text.length / width) }, (_, row) => text.slice(row * width, (row + 1) * width))
}
