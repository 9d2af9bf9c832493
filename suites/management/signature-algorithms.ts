import { constants, type KeyObject, sign } from 'node:crypto'

/** What a member may sign with (MGMT-10). */
export const memberAlgorithms = [
  'SHA256withRSA',
  'SHA384withRSA',
  'SHA512withRSA',
  'SHA256withRSAandMGF1',
  'SHA384withRSAandMGF1',
  'SHA512withRSAandMGF1',
] as const

/** What an authentication key may sign with (MGMT-11). */
export const keyAlgorithms = ['SHA256withRSA', 'SHA384withRSA', 'SHA512withRSA'] as const

/** A signature over all the bytes, by an algorithm with RSA. */
export function signWith(algorithm: (typeof memberAlgorithms)[number], bytes: Buffer, key: KeyObject): Buffer {
  const digest = algorithm.slice(0, 6).toLowerCase()
  if (!algorithm.endsWith('MGF1')) return sign(digest, bytes, key)
  return sign(digest, bytes, {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  })
}
