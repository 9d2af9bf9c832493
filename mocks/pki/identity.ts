import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  randomInt,
  X509Certificate,
} from 'node:crypto'
import { promisify } from 'node:util'
import { sharedByText } from '../../fixtures/shared-by-text.ts'
import { type CertificatePlan, hashPlan, type KeyType } from './certificate-plan.ts'
import type { KeyCache } from './key-cache.ts'
import { pemOf } from './pem.ts'
import { takeRsaKey } from './rsa-key-supply.ts'
import { newSerialNumber } from './serial-number.ts'

/** A made certificate with its key. */
export interface Identity {
  readonly name: string
  /** Leaf first, then its issuers. */
  readonly chain: readonly X509Certificate[]
  readonly key: KeyObject
}

const day = 24 * 60 * 60 * 1000
const generate = promisify(generateKeyPair)
const readKey = sharedByText(createPrivateKey)
const readCertificate = sharedByText((text) => new X509Certificate(text))

/** The certificate itself, without its issuers. */
export function certificateOf({ name, chain: [leaf] }: Identity): X509Certificate {
  if (leaf === undefined) throw new Error(`${name} has no certificate`)
  return leaf
}

/** Makes, or finds in the cache, the key and certificate of every plan; issuers are among the plans or made already. */
export async function makeIdentities(
  plans: readonly CertificatePlan[],
  cache: KeyCache,
  now: Date,
  issuers: readonly Identity[] = [],
): Promise<Identity[]> {
  const owners = new Map(plans.map((plan) => [plan.keyOwner, plan.key]))
  const made = await makeKeys([...owners], cache)
  const keys = new Map([...issuers.map(({ name, key }) => [name, key] as const), ...made])
  const issued = new Map(issuers.map(({ name, chain }) => [name, Promise.resolve(chain)]))
  const chainOf = (plan: CertificatePlan): Promise<readonly X509Certificate[]> => {
    const chain = issued.get(plan.name) ?? issueChain(plan)
    issued.set(plan.name, chain)
    return chain
  }
  const issueChain = async (plan: CertificatePlan) => {
    const issuers = plan.issuer === undefined ? [] : await chainOf(plan.issuer)
    return [await findOrIssueCertificate(plan, keys, cache, now), ...issuers]
  }
  return Promise.all(
    plans.map(async (plan) => ({ name: plan.name, chain: await chainOf(plan), key: keyOf(plan, keys) })),
  )
}

/** How many keys are made at a time: more than the thread pool takes, so that none of it waits for this thread. */
const atOnce = 8

/**
 * Keys take nearly all the time; generateKeyPair works in the thread pool. Processes that share a folder begin with
 * different keys, and find those that others have made meanwhile.
 */
async function makeKeys(owners: readonly (readonly [string, KeyType])[], cache: KeyCache) {
  const made: (readonly [string, KeyObject])[] = []
  const waiting = owners
    .map((owner) => ({ owner, turn: randomInt(2 ** 32) }))
    .sort((one, other) => one.turn - other.turn)
  const makeOne = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [owner, type] = next.owner
      made.push([owner, await findOrMakeKey(owner, type, cache)])
    }
  }
  await Promise.all(Array.from({ length: atOnce }, makeOne))
  return made
}

function keyOf(plan: CertificatePlan, keys: ReadonlyMap<string, KeyObject>): KeyObject {
  const key = keys.get(plan.keyOwner)
  if (key === undefined) throw new Error(`No key was made for "${plan.keyOwner}"`)
  return key
}

function findOrMakeKey(owner: string, type: KeyType, cache: KeyCache): Promise<KeyObject> {
  const read = (text: string) => {
    const key = readOrUndefined(() => readKey(text))
    return key !== undefined && keyTypeOf(key) === type ? key : undefined
  }
  const make = async () => {
    const { privateKey } = await generateOf(type)
    return pemOf(privateKey)
  }
  return cache.keep(`${owner}.${type}.key`, read, make)
}

function generateOf(type: KeyType): Promise<{ readonly privateKey: KeyObject }> {
  switch (type) {
    case 'ec-p256':
      return generate('ec', { namedCurve: 'P-256' })
    case 'ed25519':
      return generate('ed25519')
    default:
      return takeRsaKey(Number(type.slice('rsa-'.length)))
  }
}

function keyTypeOf(key: KeyObject): string {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {}
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519'
  return key.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1' ? 'ec-p256' : `rsa-${modulusLength}`
}

function findOrIssueCertificate(
  plan: CertificatePlan,
  keys: ReadonlyMap<string, KeyObject>,
  cache: KeyCache,
  now: Date,
): Promise<X509Certificate> {
  const key = keyOf(plan, keys)
  const issuerKey = keyOf(plan.issuer ?? plan, keys)
  const read = (text: string) => {
    const certificate = readOrUndefined(() => readCertificate(text))
    if (certificate === undefined || !certificate.checkPrivateKey(key)) return undefined
    const isCurrent = plan.validity !== 'current' || isValidForADay(certificate, now)
    return isCurrent && certificate.verify(createPublicKey(issuerKey)) ? certificate : undefined
  }
  const make = async () => {
    // Loaded only when something is to be made: a cached start does without node-forge.
    const { issueCertificate } = await import('./authority.ts')
    const issuer = { subject: (plan.issuer ?? plan).subject, key: issuerKey }
    const serialNumber = newSerialNumber(issuerKey)
    return issueCertificate({ plan, publicKey: createPublicKey(key), issuer, serialNumber, ...validityOf(plan, now) })
  }
  return cache.keep(`${plan.name}.${hashPlan(plan)}.crt`, read, make)
}

function validityOf(plan: CertificatePlan, now: Date): { notBefore: Date; notAfter: Date } {
  switch (plan.validity) {
    case 'expired':
      return { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2021-01-01T00:00:00Z') }
    case 'future':
      return { notBefore: new Date('2090-01-01T00:00:00Z'), notAfter: new Date('2095-01-01T00:00:00Z') }
    case 'current': {
      const notBefore = now.getTime() - day
      return { notBefore: new Date(notBefore), notAfter: new Date(notBefore + plan.days * day) }
    }
  }
}

function isValidForADay({ validFromDate, validToDate }: X509Certificate, now: Date): boolean {
  return validFromDate.getTime() <= now.getTime() && validToDate.getTime() >= now.getTime() + day
}

function readOrUndefined<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
