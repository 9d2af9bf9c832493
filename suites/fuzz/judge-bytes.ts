import { faultCodes, faultOrigins } from '../../fixtures/fault-catalogue.ts'

/** Names of header fields may be as odd as a provider's. */
const head = /^HTTP\/1\.1 ([1-9][0-9]{2}) [^\r\n]*\r\n(?:[^:\r\n\0]+: ?[^\r\n\0]*\r\n)*\r\n/
/** Statuses that a security server gives itself; others are a provider's. */
const engineStatuses = [400, 414, 417, 426, 431, 500, 505]
/** What in the bytes that came back should not be there; undefined if nothing. An empty answer is a closed connection. */
export function findFault(received: Buffer): string | undefined {
  const text = received.toString('latin1')
  if (text === '' || isTlsAlert(received)) return undefined
  const first = head.exec(text)
  if (first === null) return 'the answer does not begin with the head of one'
  if (/^\s+at .*\(?[\w./-]+:\d+:\d+\)?$/m.test(text)) return 'the answer shows a stack'
  if (/node:internal|node_modules|file:\/\/|\/(?:home|root|tmp|usr|work)\/|\.ts:\d/.test(text))
    return 'the answer shows a path of this machine'
  const [whole, status] = first
  const isPage = /\r\nContent-Type: text\/html;charset=iso-8859-1\r\n/.test(whole)
  if (isPage && !engineStatuses.includes(Number(status))) return `an error page with status ${status}`
  const code = /\r\nX-Road-Error: ([^\r\n]*)\r\n/.exec(whole)?.[1]
  // With a request hash it is the answer of a provider, whose words are its own.
  if (code !== undefined && !/\r\nx-road-request-hash: /.test(whole) && !isFaultCode(code))
    return `no fault has the code ${code}`
  return undefined
}

/** In either spelling, throughout. */
function isFaultCode(code: string): boolean {
  return (['snake', 'dotted'] as const).some((spelling) => {
    const segments = Object.values(faultCodes).map((one): string => one[spelling])
    const origin = Object.values(faultOrigins).find((one) => code.startsWith(`${one[spelling]}.`))
    const rest = origin && code.slice(origin[spelling].length + 1).split('.')
    return rest?.every((segment) => segments.includes(segment)) ?? false
  })
}

function isTlsAlert(received: Buffer): boolean {
  return received[0] === 0x15 || received[0] === 0x16
}
