import { expect } from 'vitest'
import { type ConfigurationVersion, configurationVersions } from '../../fixtures/configuration-version.ts'
import { scenario } from '../scenario.ts'
import { NotApplicable } from '../target/not-applicable.ts'
import type { Target } from '../target/target.ts'
import { type OwnSource, type SourceFault, startOwnSource } from './own-source.ts'

const needs = ['control'] as const

function ownSource(target: Target, version?: ConfigurationVersion) {
  const signer = target.identity(target.certificateOf(target.client('https')))
  return startOwnSource(target, signer, version === undefined ? {} : { version })
}

scenario(
  'a security server asks for the newest version, then for lower ones',
  { covers: ['GCONF-22'], needs },
  async (target) => {
    await using source = await ownSource(target)
    await target.control.download(source.anchor)
    const { version: newest } = target.profile.quirks.globalConfiguration
    const known = configurationVersions.filter((version) => version >= source.version && version <= newest)
    expect(versionsAsked(source)).toEqual(known.toReversed())
  },
)

scenario(
  'security servers of older releases ask for no version that they do not know',
  { covers: ['GCONF-22'], needs },
  async (target) => {
    for (const [profile, versions] of [
      ['7.3', [2]],
      ['7.4', [3, 2]],
    ] as const) {
      await using source = await ownSource(target, 2)
      await target.control.download(source.anchor, { profile })
      expect(versionsAsked(source), profile).toEqual(versions)
    }
  },
)

function versionsAsked({ asked }: OwnSource): number[] {
  const versions = asked.flatMap((line) => /version=(\d+)/.exec(line)?.[1] ?? [])
  return [...new Set(versions)].map(Number)
}

scenario('a security server tries HTTPS before HTTP', { covers: ['GCONF-32'], needs }, async (target) => {
  requireHttps(target)
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
  await using source = await startOwnSource(target, signer, { partner })
  expect(await target.control.download(source.anchor)).toMatchObject({ accepted: true })
  expect(partner.asked).toEqual([])
})

scenario(
  'the configuration of a federated instance is downloaded where that is allowed',
  { covers: ['GCONF-31'], needs },
  async (target) => {
    const signer = target.identity(target.certificateOf(target.client('https')))
    await using partner = await startOwnSource(target, signer)
    await using source = await startOwnSource(target, signer, { partner })
    await target.control.download(source.anchor, { allowedFederations: 'all' })
    expect(partner.asked).toContain(`http /V${partner.version}/shared-params.xml`)
  },
)

/** The anchor of a source of ours has an address of HTTP only. */
function requireHttps({ profile }: Target): void {
  if (profile.quirks.globalConfiguration.addresses === 'https-everywhere') return
  throw new NotApplicable(`${profile.title} downloads by HTTPS only where the anchor says so`)
}
