import type { HandshakeRefused, NoAnswer } from './answer.ts'

/**
 * Node's and OpenSSL's words for a failed connection, as what it means for the server that was called;
 * undefined if the error is none of the network: then it is a mistake of our own.
 */
export function describeFailure(
  error: unknown,
  phase: 'tls-handshake' | 'other',
): HandshakeRefused | NoAnswer | undefined {
  const code = codeOf(error)
  // `ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION`: the peer sent an alert. The middle part differs between releases of OpenSSL,
  // and TLS 1.3 delivers the alert about a certificate only after the handshake.
  const alert = /^ERR_SSL_.+_ALERT_(\w+)$/.exec(code)?.[1]
  if (alert !== undefined) return { kind: 'handshake-refused', stage: 'server', alert: alert.toLowerCase() }
  const closed = /^(ECONNRESET|EPIPE|ERR_PEER_CLOSED|UND_ERR_SOCKET)$/.test(code)
  if (closed && phase === 'tls-handshake') return { kind: 'handshake-refused', stage: 'server', alert: 'closed' }
  const reason = reasons.find(([pattern]) => pattern.test(code))?.[1]
  if (reason !== undefined) return { kind: 'no-answer', reason }
  const isTls = /^(ERR_SSL|ERR_TLS|ERR_OSSL|[A-Z_]*CERT)/.test(code)
  return isTls
    ? { kind: 'handshake-refused', stage: 'client', alert: clientReasons[code] ?? code.toLowerCase() }
    : undefined
}

const reasons: readonly (readonly [RegExp, NoAnswer['reason']])[] = [
  [/^ECONNREFUSED$/, 'refused'],
  [/^(ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/, 'timeout'],
  [/^(ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/, 'unreachable'],
  [/^(ECONNRESET|EPIPE)$/, 'reset'],
  [/^(ERR_PEER_CLOSED|UND_ERR_(SOCKET|CLOSED|DESTROYED|ABORTED))$/, 'closed'],
  [/^UND_ERR_RES_EXCEEDED_MAX_SIZE$/, 'too-long'],
  [/^(HPE_|UND_ERR_(HEADERS_OVERFLOW|HTTP_PARSER|RES_))/, 'malformed'],
]

/** What is said of a server that presents another certificate than the trusted one. */
export const distrusted = "the server's certificate is not the trusted one"

/** Why our own side gave up, in words that point at the bindings. */
const clientReasons: Readonly<Record<string, string>> = {
  ERR_SSL_WRONG_VERSION_NUMBER: 'the server does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the server does not speak TLS',
  ERR_SSL_NO_CIPHERS_AVAILABLE: 'this runtime cannot offer the cipher suite',
  ERR_SSL_NO_PROTOCOLS_AVAILABLE: 'this runtime cannot offer the TLS version',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'the server chose a TLS version that was not offered',
  DEPTH_ZERO_SELF_SIGNED_CERT: distrusted,
  SELF_SIGNED_CERT_IN_CHAIN: distrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: distrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: distrusted,
  CERT_HAS_EXPIRED: "the server's certificate has expired",
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: 'the key does not fit the certificate that was to be presented',
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const { code } = error as NodeJS.ErrnoException
  if (code === undefined || (code === 'UND_ERR_SOCKET' && error.cause !== undefined)) return codeOf(error.cause)
  return code
}
