import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  anchorSchema,
  type DocumentSchema,
  privateParametersSchema,
  sharedParametersSchema,
} from '../../fixtures/configuration-schema/parameters-schema.ts'
import { configurationVersions } from '../../fixtures/configuration-version.ts'
import { controlClient } from '../client/control-client.ts'
import { skipWithout } from '../skip-without.ts'
import { connectTo } from '../target/connect-to.ts'
import { type PreparedTarget, startInProcess } from '../target/in-process.ts'
import { observeSource, type PartIdentifier } from './configuration-source.ts'
import { exampleTopology } from './example-topology.ts'
import { identifiersDocument, schemaDocument } from './schema-document.ts'

/** The validator of libxml2. */
const hasXmllint = spawnSync('xmllint', ['--version']).error === undefined
const folder = mkdtempSync(join(tmpdir(), 'roadworthy-schemas-'))
let prepared: PreparedTarget

beforeAll(async () => {
  prepared = await startInProcess({ topology: exampleTopology })
  writeFileSync(join(folder, 'identifiers.xsd'), identifiersDocument())
})

afterAll(async () => {
  await prepared[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

function source() {
  return observeSource(connectTo(prepared.description)())
}

function misbehave(names: string[]) {
  const { control } = prepared.description.bindings
  if (control === undefined) throw new Error('in-process targets have a control interface')
  return controlClient(control).misbehave(names)
}

/** What xmllint says of a document: nothing if it is valid. */
function complaintsOf(document: Buffer, schema: DocumentSchema): string {
  const [schemaFile, file] = [join(folder, 'schema.xsd'), join(folder, 'document.xml')]
  writeFileSync(schemaFile, schemaDocument(schema))
  writeFileSync(file, document)
  const { status, stderr } = spawnSync('xmllint', ['--noout', '--schema', schemaFile, file], { encoding: 'utf8' })
  return status === 0 ? '' : stderr
}

function xmllintTest(name: string, body: () => Promise<void>): void {
  test(name, async (context) => (hasXmllint ? body() : skipWithout('xmllint', context)))
}

const documents: readonly (readonly [PartIdentifier, (version: number) => DocumentSchema])[] = [
  ['SHARED-PARAMETERS', sharedParametersSchema],
  ['PRIVATE-PARAMETERS', privateParametersSchema],
]

for (const version of configurationVersions) {
  for (const [identifier, schemaOf] of documents) {
    xmllintTest(`xmllint finds ${identifier} of version ${version} valid`, async () => {
      const document = await (await source()).document(identifier, version)
      expect(complaintsOf(document, schemaOf(version))).toBe('')
    })
  }
}

xmllintTest('xmllint finds the anchor valid', async () => {
  expect(complaintsOf((await source()).anchor, anchorSchema)).toBe('')
})

xmllintTest('xmllint refuses what the next version has', async () => {
  const document = await (await source()).document('SHARED-PARAMETERS', 6)
  expect(complaintsOf(document, sharedParametersSchema(5))).toContain(
    "Element 'costType': This element is not expected",
  )
})

xmllintTest('xmllint refuses elements in another order', async () => {
  await misbehave(['groups-before-servers'])
  const document = await (await source()).document('SHARED-PARAMETERS', 6)
  await misbehave([])
  const complaint = "Element 'securityServer': This element is not expected"
  expect(complaintsOf(document, sharedParametersSchema(6))).toContain(complaint)
})
