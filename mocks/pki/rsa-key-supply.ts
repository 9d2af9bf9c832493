import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'

interface MadeKey {
  readonly privateKey: KeyObject
}

const generate = promisify(generateKeyPair)
const begun: Promise<MadeKey>[] = []

/** Begins keys of 2048 bits for whoever comes first: they are made in other threads, while this one loads code. */
export function beginRsaKeys(count: number): void {
  begun.push(...Array.from({ length: count }, () => makeRsaKey(2048)))
}

/** A key that has been begun and that nobody else takes, or a new one. */
export function takeRsaKey(bits: number): Promise<MadeKey> {
  return (bits === 2048 ? begun.shift() : undefined) ?? makeRsaKey(bits)
}

function makeRsaKey(bits: number): Promise<MadeKey> {
  return generate('rsa', { modulusLength: bits })
}
