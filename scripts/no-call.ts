import type { Connection } from '../fixtures/connection.ts'

/** Why nothing can be judged of a client that made these connections to that address, and not one call. */
export function whyNoCall(connections: readonly Connection[], url = 'a security server'): string {
  const last = connections.at(-1)
  return last === undefined
    ? `Nobody called ${url}, so nothing was judged: let the client call the address in ROADWORTHY_HTTPS_URL.`
    : `No call came, so nothing was judged. The last connection to ${url} (of ${connections.length}) ${fateOf(last)}.`
}

function fateOf({ listener, clientHello, handshake, receivedBytes }: Connection): string {
  if (receivedBytes) return 'brought something that is no whole HTTP request'
  if (listener === 'http') return 'brought nothing'
  if (clientHello === undefined)
    return handshake?.kind === 'failed' && handshake.reason === 'ERR_SSL_HTTP_REQUEST'
      ? 'brought HTTP where TLS is spoken'
      : 'brought no TLS handshake'
  if (handshake?.kind === 'agreed') return 'brought nothing after the handshake'
  const reason = handshake === undefined ? 'not finished' : handshake.reason
  return `failed in the handshake (${reason}); the client offered ${clientHello.versions.join(', ')}`
}
