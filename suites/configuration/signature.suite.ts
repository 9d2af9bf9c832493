import { createHash, X509Certificate } from 'node:crypto'
import { expect } from 'vitest'
import { scenario } from '../scenario.ts'
import { digests, isSignature, signatureAlgorithms } from './algorithms.ts'
import { observeSource } from './configuration-source.ts'
import { headerOf, rawHeaderOf } from './header-value.ts'

const needs = ['central-server'] as const

scenario('the signature of the directory comes as base64', { covers: ['GCONF-04'], needs }, async (target) => {
  const { signature } = await (await observeSource(target)).directory()
  const { headers = [] } = signature ?? {}
  expect(rawHeaderOf(headers, 'Content-type')).toBe('application/octet-stream')
  expect(rawHeaderOf(headers, 'Content-transfer-encoding')).toBe('base64')
})

scenario('the signature names its algorithm by URI', { covers: ['GCONF-05'], needs }, async (target) => {
  const { signature } = await (await observeSource(target)).directory()
  expect([...signatureAlgorithms.keys()]).toContain(rawHeaderOf(signature?.headers ?? [], 'Signature-algorithm-id'))
})

scenario('the hash of the signing certificate says its algorithm', { covers: ['GCONF-06'], needs }, async (target) => {
  const { signature } = await (await observeSource(target)).directory()
  const hash = headerOf(signature?.headers ?? [], 'Verification-certificate-hash')
  expect([...digests.keys()]).toContain(hash?.parameters.get('hash-algorithm-id'))
})

scenario('the signing certificate is one of the anchor', { covers: ['GCONF-06'], needs }, async (target) => {
  const { certificates, directory } = await observeSource(target)
  const { signature } = await directory()
  const hash = headerOf(signature?.headers ?? [], 'Verification-certificate-hash')
  const algorithm = digests.get(hash?.parameters.get('hash-algorithm-id') ?? '') ?? 'sha512'
  const listed = certificates.map((der) => createHash(algorithm).update(der).digest('base64'))
  expect(listed).toContain(hash?.value)
})

scenario('the signature fits the directory', { covers: ['GCONF-07'], needs }, async (target) => {
  const { certificates, directory } = await observeSource(target)
  const { directory: signed, signature } = await directory()
  const algorithm = signatureAlgorithms.get(rawHeaderOf(signature?.headers ?? [], 'Signature-algorithm-id') ?? '')
  const bytes = Buffer.from(signature?.body.toString() ?? '', 'base64')
  const fits = certificates.map((der) => {
    return isSignature(bytes, signed.body, new X509Certificate(der), algorithm ?? { keyType: 'rsa', digest: 'sha512' })
  })
  expect(fits).toContain(true)
})
