import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import { configurationVersions } from '../../fixtures/configuration-version.ts'
import { scenario } from '../scenario.ts'
import { digests } from './algorithms.ts'
import { observeSource } from './configuration-source.ts'
import { headerOf, rawHeaderOf } from './header-value.ts'

const needs = ['central-server'] as const

/** Seconds that a directory is valid for from its making. */
const validity = 600

scenario('the envelope of the configuration is multipart/related', { covers: ['GCONF-02'], needs }, async (target) => {
  const { envelope } = await (await observeSource(target)).directory()
  expect(headerOf(envelope.headers, 'Content-Type')?.value).toBe('multipart/related')
})

scenario('the envelope holds the directory and its signature', { covers: ['GCONF-03'], needs }, async (target) => {
  const { parts } = await (await observeSource(target)).directory()
  expect(parts).toHaveLength(2)
})

scenario('the directory is multipart/mixed', { covers: ['GCONF-08'], needs }, async (target) => {
  const { directory } = await (await observeSource(target)).directory()
  expect(headerOf(directory.headers, 'Content-Type')?.value).toBe('multipart/mixed')
})

scenario('the directory says first until when it is valid, in UTC', { covers: ['GCONF-09'], needs }, async (target) => {
  const { validity: first } = await (await observeSource(target)).directory()
  const expires = rawHeaderOf(first.headers, 'Expire-date') ?? ''
  expect(expires).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
  expect(first.body.toString().trim()).toBe('')
})

scenario(
  'the directory is valid for at most ten minutes',
  { covers: ['GCONF-09', 'GCONF-11'], needs },
  async (target) => {
    const { validity: first } = await (await observeSource(target)).directory()
    const seconds = (Date.parse(`${rawHeaderOf(first.headers, 'Expire-date')}`) - Date.now()) / 1000
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThanOrEqual(validity)
  },
)

for (const version of configurationVersions) {
  scenario(`the directory says that its version is ${version}`, { covers: ['GCONF-10'], needs }, async (target) => {
    const { validity: first } = await (await observeSource(target)).directory(version)
    expect(rawHeaderOf(first.headers, 'Version')).toBe(`${version}`)
  })
}

scenario('files of the directory are listed as base64', { covers: ['GCONF-12'], needs }, async (target) => {
  const { entries } = await (await observeSource(target)).directory()
  const types = entries.map(({ headers }) =>
    ['Content-type', 'Content-transfer-encoding'].map((name) => rawHeaderOf(headers, name)),
  )
  expect(types).toEqual(entries.map(() => ['application/octet-stream', 'base64']))
})

scenario('files of the directory name their hash algorithm by URI', { covers: ['GCONF-14'], needs }, async (target) => {
  const { entries } = await (await observeSource(target)).directory()
  const unknown = entries.map(({ headers }) => rawHeaderOf(headers, 'Hash-algorithm-id') ?? 'none')
  expect(unknown.filter((uri) => !digests.has(uri))).toEqual([])
})

scenario('files have the hashes that the directory says', { covers: ['GCONF-15'], needs }, async (target) => {
  const source = await observeSource(target)
  const { entries } = await source.directory()
  const parameters = entries.filter(({ headers }) =>
    headerOf(headers, 'Content-identifier')?.value.endsWith('-PARAMETERS'),
  )
  const bodies = await Promise.all(parameters.map(async (entry) => (await source.fetch(entry)).body))
  const hashes = bodies.map((bytes, index) => {
    const uri = rawHeaderOf(parameters[index]?.headers ?? [], 'Hash-algorithm-id') ?? ''
    return createHash(digests.get(uri) ?? 'sha512')
      .update(bytes)
      .digest('base64')
  })
  expect(parameters.map(({ body }) => body.toString().trim())).toEqual(hashes)
})

scenario('parameters are listed with their instance', { covers: ['GCONF-17'], needs }, async (target) => {
  const { entries } = await (await observeSource(target)).directory()
  const identifiers = entries.map(({ headers }) => headerOf(headers, 'Content-identifier'))
  const parameters = identifiers.filter((identifier) => identifier?.value.endsWith('-PARAMETERS'))
  expect(parameters.map((identifier) => identifier?.parameters.get('instance'))).toEqual(
    parameters.map(() => expect.any(String)),
  )
})

// A security server keeps each file in the folder of its instance, and fails at one without.
scenario('optional parts are listed with their instance', { covers: ['GCONF-17'], needs }, async (target) => {
  const { entries } = await (await observeSource(target)).directory()
  const identifiers = entries.map(({ headers }) => headerOf(headers, 'Content-identifier'))
  const optional = identifiers.filter((identifier) => !identifier?.value.endsWith('-PARAMETERS'))
  expect(optional.map((identifier) => identifier?.parameters.get('instance'))).toEqual(
    optional.map(() => expect.any(String)),
  )
})

scenario('shared parameters are listed once for an instance', { covers: ['GCONF-18'], needs }, async (target) => {
  const { entries } = await (await observeSource(target)).directory()
  const identifiers = entries.map(({ headers }) => headerOf(headers, 'Content-identifier'))
  const shared = identifiers.filter((identifier) => identifier?.value === 'SHARED-PARAMETERS')
  const instances = shared.map((identifier) => identifier?.parameters.get('instance'))
  expect(instances).toEqual([...new Set(instances)])
})
