import { expect } from 'vitest'
import { scenario } from '../scenario.ts'
import type { Target } from '../target/target.ts'
import { type SourceFault, startOwnSource } from './own-source.ts'

const needs = ['control'] as const

function ownSource(target: Target) {
  return startOwnSource(target, target.identity(target.certificateOf(target.client('https'))))
}

scenario(
  'a security server asks for the newest version, then for lower ones',
  { covers: ['GCONF-22'], needs },
  async (target) => {
    await using source = await ownSource(target)
    await target.control.download(source.anchor)
    const versions = source.asked.flatMap((line) => /version=(\d+)/.exec(line)?.[1] ?? [])
    expect([...new Set(versions)].map(Number)).toEqual([6, 5, 4])
  },
)

scenario('a security server tries HTTPS before HTTP', { covers: ['GCONF-32'], needs }, async (target) => {
  await using source = await ownSource(target)
  await target.control.download(source.anchor)
  expect(source.asked[0]).toBe('tls')
})

scenario(
  'a security server downloads files that did not change only once',
  { covers: ['GCONF-30'], needs },
  async (target) => {
    await using source = await ownSource(target)
    await target.control.download(source.anchor)
    await target.control.download(source.anchor)
    expect(source.asked.filter((line) => line.endsWith('-params.xml'))).toHaveLength(2)
  },
)

const faults = {
  signature: 'a wrong signature',
  certificate: 'a signature of an unknown certificate',
  hash: 'a wrong hash of a file',
} satisfies Partial<Record<SourceFault, string>>

for (const [fault, words] of Object.entries(faults) as [SourceFault, string][]) {
  scenario(
    `a configuration with ${words} is refused, and the old one kept`,
    { covers: ['GCONF-28'], needs },
    async (target) => {
      await using source = await ownSource(target)
      await target.control.download(source.anchor)
      source.answerWith(fault)
      expect(await target.control.download(source.anchor)).toMatchObject({ accepted: false, valid: true })
    },
  )
}

scenario('files may be listed without an identifier', { covers: ['GCONF-16'], needs }, async (target) => {
  await using source = await ownSource(target)
  source.answerWith('unidentified')
  expect(await target.control.download(source.anchor)).toMatchObject({ accepted: true, valid: true })
})

scenario('an expired directory is refused, and a fresh one taken', { covers: ['GCONF-29'], needs }, async (target) => {
  await using source = await ownSource(target)
  source.answerWith('expired')
  expect(await target.control.download(source.anchor)).toMatchObject({ accepted: false, valid: false })
  source.answerWith(undefined)
  expect(await target.control.download(source.anchor)).toMatchObject({ accepted: true, valid: true })
})

scenario('of the certificate in an anchor only the key counts', { covers: ['GCONF-27'], needs }, async (target) => {
  const expired = target.certificateOf(target.client('expired'))
  await using source = await startOwnSource(target, target.identity(expired))
  expect(await target.control.download(source.anchor)).toMatchObject({ accepted: true })
})

scenario('the configuration of a federated instance is left alone', { covers: ['GCONF-33'], needs }, async (target) => {
  const signer = target.identity(target.certificateOf(target.client('https')))
  await using partner = await startOwnSource(target, signer)
  await using source = await startOwnSource(target, signer, partner)
  expect(await target.control.download(source.anchor)).toMatchObject({ accepted: true })
  expect(partner.asked).toEqual([])
})

scenario(
  'the configuration of a federated instance is downloaded where that is allowed',
  { covers: ['GCONF-31'], needs },
  async (target) => {
    const signer = target.identity(target.certificateOf(target.client('https')))
    await using partner = await startOwnSource(target, signer)
    await using source = await startOwnSource(target, signer, partner)
    await target.control.download(source.anchor, 'all')
    expect(partner.asked).toContain('http /V4/shared-params.xml')
  },
)
