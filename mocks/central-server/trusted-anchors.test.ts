import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Topology } from '../../fixtures/topology.ts'
import type { Credential, Keystore } from '../pki/keystore.ts'
import { configurationAnchor } from './configuration-anchor.ts'
import { readFederations } from './read-federations.ts'
import { trustedAnchors } from './trusted-anchors.ts'
import { writeXml } from './xml-element.ts'

const der = Buffer.from('certificate')
const sources = [{ downloadUrl: 'http://cs.example/externalconf', certificates: ['signer'] }]
const keystore: Keystore = new Map([['signer', { der } as Credential]])
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anchors-'))
  await writeFile(join(folder, 'partner.xml'), anchor('PARTNER'))
  await writeFile(join(folder, 'letter.xml'), '<letter/>')
})

afterAll(() => rm(folder, { recursive: true }))

test('a topology names a partner by its anchor, by what that says, or for later', async () => {
  const named = await read([
    { instance: 'PARTNER', anchorFile: 'partner.xml', sources: [] },
    { instance: 'SECOND', sources },
    { instance: 'LATER', sources: [] },
  ])
  const locations = [{ url: 'http://cs.example/externalconf', certificates: [der] }]
  expect(named).toEqual([
    { instance: 'PARTNER', generatedAt: '2026-01-01T00:00:00Z', locations },
    { instance: 'SECOND', generatedAt: undefined, locations },
  ])
})

test.for([
  ['none.xml', 'PARTNER', 'none.xml cannot be read (ENOENT); correct the anchorFile of federation "PARTNER"'],
  ['letter.xml', 'PARTNER', 'letter.xml is no anchor ('],
  ['partner.xml', 'OTHER', 'partner.xml is the anchor of "PARTNER"; write that instance, or the file of "OTHER"'],
] as const)('%s is no anchor of %s', async ([anchorFile, instance, reason]) => {
  await expect(read([{ instance, anchorFile, sources: [] }])).rejects.toThrow(reason)
})

test('servers are told of every anchor that comes or goes', async () => {
  const told: string[][] = []
  const anchors = trustedAnchors('OWN', [], async () => {
    told.push(anchors.all().map(({ instance }) => instance))
  })
  await anchors.upload(anchor('ONE'))
  await anchors.upload(anchor('TWO'))
  await anchors.upload(anchor('ONE'))
  await anchors.delete('TWO')
  await expect(anchors.upload(anchor('OWN'))).rejects.toThrow('"OWN" is this instance')
  await expect(anchors.upload('<letter/>')).rejects.toThrow('the anchor is no anchor (')
  await expect(anchors.delete('TWO')).rejects.toThrow('no anchor is of "TWO"; write one of ONE')
  expect(told).toEqual([['ONE'], ['ONE', 'TWO'], ['TWO', 'ONE'], ['ONE']])
})

function anchor(instance: string): string {
  const locations = [{ url: 'http://cs.example/externalconf', certificates: [der] }]
  return writeXml(configurationAnchor({ instance, generatedAt: '2026-01-01T00:00:00Z', locations }))
}

function read(federations: Topology['federations']) {
  return readFederations({ federations } as Topology, keystore, folder)
}
