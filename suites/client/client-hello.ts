import { suiteCodes } from './suite-codes.ts'
import { message, record, vector, words } from './tls-messages.ts'

export type HelloVersion = 'SSLv3' | 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'

/** What a caller offers: one version and no other, and these suites in this order. */
export interface Hello {
  readonly version: HelloVersion
  /** IANA names. */
  readonly suites: readonly string[]
  /** Codes of groups for the key exchange; by default the usual ones. */
  readonly groups?: readonly number[]
}

export const versionCodes: Readonly<Record<HelloVersion, number>> = {
  SSLv3: 0x0300,
  TLSv1: 0x0301,
  'TLSv1.1': 0x0302,
  'TLSv1.2': 0x0303,
  'TLSv1.3': 0x0304,
}

const usualGroups = [0x001d, 0x0017, 0x0018, 0x0019, 0x0100]
const signatureAlgorithms = [0x0804, 0x0401, 0x0403, 0x0805, 0x0501, 0x0806, 0x0601, 0x0201]

/** A ClientHello in its record (RFC 5246 7.4.1.2, RFC 8446 4.1.2). For TLS 1.3 it has no key, so that a server asks for one. */
export function clientHello({ version, suites, groups = usualGroups }: Hello, random: Buffer): Buffer {
  const code = versionCodes[version]
  const codes = suites.map((name) => {
    const suite = suiteCodes[name]
    if (suite === undefined) throw new Error(`no code is known for ${name}`)
    return suite
  })
  const extensions = [
    extension(10, vector(2, words(groups))),
    extension(11, vector(1, Buffer.of(0))),
    extension(13, vector(2, words(signatureAlgorithms))),
    extension(0xff01, Buffer.of(0)),
    ...(version === 'TLSv1.3'
      ? [extension(43, vector(1, words([code]))), extension(51, vector(2, Buffer.alloc(0)))]
      : []),
  ]
  const body = Buffer.concat([
    words([Math.min(code, versionCodes['TLSv1.2'])]),
    random,
    vector(1, Buffer.alloc(0)),
    vector(2, words(codes)),
    vector(1, Buffer.of(0)),
    ...(version === 'SSLv3' ? [] : [vector(2, Buffer.concat(extensions))]),
  ])
  const recordVersion = version === 'SSLv3' ? code : versionCodes.TLSv1
  return record(22, message(1, body), recordVersion)
}

function extension(type: number, content: Buffer): Buffer {
  return Buffer.concat([words([type]), vector(2, content)])
}
