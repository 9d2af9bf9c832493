import type { KeyObject, X509Certificate } from 'node:crypto'

const written = new WeakMap<KeyObject | X509Certificate, string>()

/** PEM of a certificate, or of a private key in PKCS#8; written only once. */
export function pemOf(what: KeyObject | X509Certificate): string {
  const known = written.get(what)
  if (known !== undefined) return known
  const pem = 'raw' in what ? what.toString() : what.export({ type: 'pkcs8', format: 'pem' }).toString()
  written.set(what, pem)
  return pem
}
