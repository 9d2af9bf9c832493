import { type RunningServer, startProgram } from './server-process.ts'
import type { CertificateFiles } from './test-certificates.ts'

/** OpenSSL's own server with whatever options, answering HTTP. It serves one connection after the other. */
export async function startOpensslServer(
  { certificate, key }: CertificateFiles,
  options: readonly string[],
): Promise<RunningServer> {
  const common = ['s_server', '-accept', '127.0.0.1:0', '-cert', certificate, '-key', key, '-www']
  const program = startProgram('openssl', [...common, ...options])
  const [, port] = await program.printed(/ACCEPT 127\.0\.0\.1:(\d+)/)
  return { port: Number(port), [Symbol.asyncDispose]: program[Symbol.asyncDispose] }
}

const tls13Suites = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_CCM_SHA256',
  'TLS_AES_128_CCM_8_SHA256',
]

/** Options for every suite and version that this OpenSSL has left, at its lowest security level. */
export const everySuite = ['-cipher', 'ALL:COMPLEMENTOFALL:@SECLEVEL=0', '-ciphersuites', tls13Suites.join(':')]
