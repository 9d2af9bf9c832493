import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Files of self-signed certificates and keys, PEM; they go with the folder. */
export interface TestCertificates extends Disposable {
  readonly folder: string
  readonly rsa: CertificateFiles
  readonly ec: CertificateFiles
}

export interface CertificateFiles {
  readonly certificate: string
  readonly key: string
}

export function makeTestCertificates(): TestCertificates {
  const folder = mkdtempSync(join(tmpdir(), 'roadworthy-tls-'))
  const make = (name: string, algorithm: readonly string[]): CertificateFiles => {
    const [certificate, key] = [join(folder, `${name}.crt.pem`), join(folder, `${name}.key.pem`)]
    const request = ['req', '-x509', '-nodes', '-days', '30', '-subj', `/CN=${name}.example`, ...algorithm]
    execFileSync('openssl', [...request, '-keyout', key, '-out', certificate], { stdio: 'ignore' })
    return { certificate, key }
  }
  return {
    folder,
    rsa: make('rsa', ['-newkey', 'rsa:2048']),
    ec: make('ec', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  }
}
