import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Topology } from '../../fixtures/topology.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import { type GivenSpec, planCertificates } from './certificate-plan.ts'
import { certificateOf, type Identity, makeIdentities } from './identity.ts'
import { openKeyCache } from './key-cache.ts'
import { pemOf } from './pem.ts'

/** Every certificate and key that a topology implies. */
export interface Credential {
  readonly name: string
  /** PEM, leaf first, then the certificates that issued it. */
  readonly certificate: string
  /** PKCS#8 PEM; absent where only the certificate was given. */
  readonly key?: string
  /** DER of the leaf. */
  readonly der: Buffer
  /** SHA-256 of the DER, lower-case hex. */
  readonly sha256: string
  readonly notBefore: Date
  readonly notAfter: Date
}

/** A credential before it has a name: one that was read, not described in a topology. */
export type NamelessCredential = Omit<Credential, 'name'>

/** One with its key. */
export type PresentableCredential = Credential & Required<Pick<Credential, 'key'>>

export type Keystore = ReadonlyMap<string, Credential>

export interface KeystoreOptions {
  /** Folder that given PEM files are relative to; the working directory by default. */
  readonly baseFolder?: string
  /** Folder where made keys and certificates are kept from run to run; none by default. */
  readonly cacheFolder?: string
  /** Further host names or addresses of the certificates that servers and information systems present. */
  readonly hostNames?: readonly string[]
  readonly now?: () => Date
}

/** Makes, finds in the cache or reads every certificate of a topology; throws a UsageError for PEM that cannot be used. */
export async function deriveKeystore(topology: Topology, options: KeystoreOptions = {}): Promise<Keystore> {
  const { baseFolder = '.', now = () => new Date() } = options
  const plan = planCertificates(topology, options.hostNames)
  const cache = await openKeyCache(options.cacheFolder)
  const given = await Promise.all(
    [...plan.given].map(async ([name, spec]) => {
      const presenter = spec.keyFile === undefined ? plan.presented.get(name) : undefined
      if (presenter === undefined) return { name, ...(await readGiven(name, spec, baseFolder)) }
      throw new UsageError(
        `Certificate "${name}" is given without a key, but ${presenter} presents it; add its keyFile.`,
      )
    }),
  )
  const identities = await makeIdentities([...plan.derived.values()], cache, now())
  return new Map([...given, ...identities.map(credentialOf)].map((credential) => [credential.name, credential]))
}

const known = new WeakMap<X509Certificate, readonly [Identity, PresentableCredential]>()

/** The same for the same identity, so that the environments of a process share what they present. */
export function credentialOf(identity: Identity): PresentableCredential {
  const { name, chain, key } = identity
  const leaf = certificateOf(identity)
  const [of, shared] = known.get(leaf) ?? []
  const isSame = of?.name === name && of.key === key && chain.every((one, index) => one === of.chain[index])
  if (shared !== undefined && isSame) return shared
  const credential = { name, ...toCredential(chain), key: pemOf(key) }
  known.set(leaf, [identity, credential])
  return credential
}

/**
 * Reads a certificate, or a chain with the leaf first, from PEM; other text around it is ignored. `where` names the file
 * or field in the UsageError that is thrown for anything else.
 */
export function parseCertificatePem(text: string, where: string): NamelessCredential {
  return toCredential(readChain(text, where))
}

/** Reads a certificate with its private key, if there is one, and makes sure that they fit each other. */
export function parseCredential(
  certificatePem: string,
  keyPem: string | undefined,
  where: string,
  keyWhere = where,
): NamelessCredential {
  const chain = readChain(certificatePem, where)
  if (keyPem === undefined) return toCredential(chain)
  const key = readKey(keyPem, keyWhere)
  if (chain[0]?.checkPrivateKey(key) === true) return toCredential(chain, key)
  const remedy = chain.some((certificate) => certificate.checkPrivateKey(key))
    ? `put the certificate of this key first in ${where}`
    : 'name the key that the certificate was made with'
  throw new UsageError(`The key in ${keyWhere} does not fit the certificate in ${where}; ${remedy}.`)
}

function readChain(text: string, where: string): X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g)
  if (blocks === null) throw new UsageError(`${where} ${whyNoCertificate(text, where)}.`)
  return blocks.map((block) => {
    try {
      return new X509Certificate(block)
    } catch (cause) {
      throw new UsageError(`${where} holds a damaged certificate; export or copy the whole certificate again.`, {
        cause,
      })
    }
  })
}

function whyNoCertificate(text: string, where: string): string {
  if (isDer(text)) return `is DER, not PEM; convert it: openssl x509 -inform DER -in ${where} -out certificate.pem`
  if (text.includes('CERTIFICATE REQUEST-----')) return 'is a certificate request; write the certificate made from it'
  if (text.includes('PRIVATE KEY-----')) return 'holds a private key but no certificate; write the certificate here'
  return 'holds no certificate in PEM form; write a file with "-----BEGIN CERTIFICATE-----"'
}

function readKey(text: string, where: string): KeyObject {
  const block = text.match(/-----BEGIN ([A-Z0-9]+ )?PRIVATE KEY-----.*?-----END ([A-Z0-9]+ )?PRIVATE KEY-----/s)?.[0]
  if (block === undefined && isDer(text)) {
    throw new UsageError(`${where} is DER, not PEM; convert it: openssl pkey -inform DER -in ${where} -out key.pem`)
  }
  if (block === undefined) {
    throw new UsageError(`${where} holds no private key in PEM form; write a file with "-----BEGIN PRIVATE KEY-----".`)
  }
  if (block.startsWith('-----BEGIN ENCRYPTED ') || block.includes('Proc-Type: 4,ENCRYPTED')) {
    throw new UsageError(`${where} holds an encrypted key; decrypt it: openssl pkey -in ${where} -out key.pem`)
  }
  try {
    return createPrivateKey(block)
  } catch (cause) {
    throw new UsageError(`${where} holds a damaged private key; export or copy the whole key again.`, { cause })
  }
}

// DER starts with a SEQUENCE, 0x30, and a length of more than one byte: never so in text.
function isDer(text: string): boolean {
  return /^0[\u0080-\uffff]/.test(text)
}

function toCredential(chain: readonly X509Certificate[], key?: KeyObject): NamelessCredential {
  const [leaf] = chain
  if (leaf === undefined) throw new Error('A chain has at least a leaf')
  return {
    certificate: chain.map(pemOf).join(''),
    ...(key !== undefined && { key: pemOf(key) }),
    der: leaf.raw,
    sha256: createHash('sha256').update(leaf.raw).digest('hex'),
    notBefore: leaf.validFromDate,
    notAfter: leaf.validToDate,
  }
}

async function readGiven(name: string, spec: GivenSpec, baseFolder: string): Promise<NamelessCredential> {
  const certificateFile = resolve(baseFolder, spec.certificateFile)
  const certificate = await readPem(certificateFile, `certificateFile of certificate "${name}"`)
  if (spec.keyFile === undefined) return parseCertificatePem(certificate, certificateFile)
  const keyFile = resolve(baseFolder, spec.keyFile)
  const key = await readPem(keyFile, `keyFile of certificate "${name}"`)
  return parseCredential(certificate, key, certificateFile, keyFile)
}

async function readPem(file: string, role: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? error.code : String(error)
    throw new UsageError(`${file} cannot be read (${reason}); correct the ${role}, or make the file readable.`, {
      cause: error,
    })
  }
}
