import { join } from 'node:path'
import type { RunningEnvironment } from '../mocks/environment.ts'
import { writePrivateFile } from './private-files.ts'

/** Where `up` puts the certificates and keys of an environment, by name, and what its servers present, by code. */
export const certificateFile = (directory: string, name: string): string => join(directory, `${name}.crt.pem`)
export const keyFile = (directory: string, name: string): string => join(directory, `${name}.key.pem`)
export const serverCertificateFile = (directory: string, code: string): string =>
  join(directory, `server-${code}.crt.pem`)

/** Writes every certificate and key to a file of its own, of mode 0600. */
export function writeCredentials(
  { certificates, bindings }: Pick<RunningEnvironment, 'certificates' | 'bindings'>,
  directory: string,
): void {
  for (const { name, certificate, key } of certificates.values()) {
    writePrivateFile(certificateFile(directory, name), certificate)
    if (key !== undefined) writePrivateFile(keyFile(directory, name), key)
  }
  for (const [code, { trust }] of Object.entries(bindings.servers)) {
    if (trust !== undefined) writePrivateFile(serverCertificateFile(directory, code), trust)
  }
}
