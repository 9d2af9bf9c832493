import { describe, expect, test } from 'vitest'
import { findBlankCode } from '../../fixtures/configuration-schema/blank-code.ts'
import {
  privateParametersSchema,
  sharedParametersSchema,
} from '../../fixtures/configuration-schema/parameters-schema.ts'
import { checkDocument } from '../../suites/configuration/check-document.ts'
import { type ParametersIdentifier, readParameters } from './parameters.ts'

const identified =
  '<i:xRoadInstance>I</i:xRoadInstance><i:memberClass>GOV</i:memberClass><i:memberCode>1</i:memberCode>'
const client = `xmlns:i="http://x-road.eu/xsd/identifiers" i:objectType="MEMBER">${identified}`
const conf = (content: string) =>
  `<?xml version="1.0"?><x:conf xmlns:x="http://x-road.eu/xsd/xroad.xsd"><instanceIdentifier>I</instanceIdentifier>${content}</x:conf>`

const documents: Readonly<Record<ParametersIdentifier, string>> = {
  'SHARED-PARAMETERS': conf(
    '<source><address>cs</address><internalVerificationCert>AAAA</internalVerificationCert></source>' +
      '<member id="m"><memberClass><code>GOV</code><description/></memberClass><memberCode>1</memberCode><name/>' +
      '<subsystem id="s"><subsystemCode>App</subsystemCode></subsystem></member>' +
      '<securityServer><owner>m</owner><serverCode>ss1</serverCode><client>s</client></securityServer>' +
      `<globalGroup><groupCode>g</groupCode><description/><groupMember ${client}</groupMember></globalGroup>` +
      '<globalSettings><ocspFreshnessSeconds>3600</ocspFreshnessSeconds></globalSettings>',
  ),
  'PRIVATE-PARAMETERS': conf(
    '<managementService><authCertRegServiceAddress>https://cs</authCertRegServiceAddress>' +
      `<managementRequestServiceProviderId ${client}</managementRequestServiceProviderId></managementService>` +
      '<timeStampingIntervalSeconds>60</timeStampingIntervalSeconds>',
  ),
}
const schemas = { 'SHARED-PARAMETERS': sharedParametersSchema, 'PRIVATE-PARAMETERS': privateParametersSchema }
const [shared, secret] = ['SHARED-PARAMETERS', 'PRIVATE-PARAMETERS'] as const

/** What both readers say of a document: nothing, or a code. */
function judge(identifier: ParametersIdentifier, change: (text: string) => string) {
  const bytes = Buffer.from(change(documents[identifier]))
  return [
    codeOf(() => readParameters(bytes, identifier, 6)),
    codeOf(() => {
      const root = checkDocument(bytes, schemas[identifier](6), 'malformed_global_conf', 'the document')
      if (findBlankCode(root) !== undefined) throw { code: 'internal_error' }
    }),
  ]
}

function codeOf(read: () => unknown): string | undefined {
  try {
    read()
  } catch (error) {
    return (error as { code: string }).code
  }
  return undefined
}

const replace = (what: string | RegExp, by: string) => (text: string) => text.replace(what, by)
const bomb = `<!DOCTYPE x [<!ENTITY a "ha">${[...'bcdefghijklmnop']
  .map((name, at) => `<!ENTITY ${name} "${`&${'abcdefghijklmno'[at]};`.repeat(20)}">`)
  .join('')}]>`

describe('parameters', () => {
  test.for([
    [shared, 'as they should be', (text: string) => text],
    [secret, 'as they should be', (text: string) => text],
    [shared, 'with a comment and an instruction', replace('<source>', '<!-- x --><?y z?><source>')],
    [shared, 'that say where their schema is', replace('<source>', '<source xmlns:q="urn:q" q:schemaLocation="a b">')],
    [shared, 'with elements of a later version', replace('</x:conf>', '<later q="">text</later></x:conf>')],
    [shared, 'with a blank description', replace('<description/>', '<description> </description>')],
    [shared, 'with a blank code within a group', replace('<i:memberCode>1', '<i:memberCode>')],
  ] as const)('%s %s are taken', ([identifier, , change]) => {
    expect(judge(identifier, change)).toEqual([undefined, undefined])
  })

  test.for([
    [shared, 'an unknown attribute', replace('<source>', '<source x="y">')],
    [shared, 'an attribute of another namespace', replace('<source>', '<source xmlns:q="urn:q" q:x="y">')],
    [shared, 'a language', replace('<source>', '<source xml:lang="fi">')],
    [shared, 'an attribute of a text', replace('<memberCode>', '<memberCode id="x">')],
    [shared, 'an identifier where none may be', replace('<securityServer>', '<securityServer id="x">')],
    [shared, 'an identifier twice', replace('id="s"', 'id="m"')],
    [shared, 'text between elements', replace('<source>', 'text<source>')],
    [shared, 'a certificate that is no base64', replace('AAAA', '!!')],
    [secret, 'an unknown attribute', replace('<managementService>', '<managementService x="y">')],
    [secret, 'an unknown objectType', replace('"MEMBER"', '"NOBODY"')],
    [secret, 'the content of the others', () => documents[shared]],
    [shared, 'a document type', replace('<x:conf', '<!DOCTYPE conf><x:conf')],
    [secret, 'a document type', replace('<x:conf', '<!DOCTYPE conf SYSTEM "file:///etc/passwd"><x:conf')],
    [shared, 'a hundred thousand elements in each other', replace('</x:conf>', `${'<a>'.repeat(100_000)}</x:conf>`)],
  ] as const)('%s with %s are malformed', ([identifier, , change]) => {
    expect(judge(identifier, change)).toEqual(['malformed_global_conf', 'malformed_global_conf'])
  })

  test.for([
    [shared, 'class', replace('<code>GOV', '<code> ')],
    [shared, 'member', replace('<memberCode>1', '<memberCode>')],
    [shared, 'subsystem', replace('<subsystemCode>App', '<subsystemCode>')],
    [shared, 'server', replace('<serverCode>ss1', '<serverCode>')],
    [shared, 'group', replace('<groupCode>g', '<groupCode>')],
    [secret, 'member', replace('<i:memberCode>1', '<i:memberCode>')],
  ] as const)('%s with a blank code of a %s are an internal error', ([identifier, , change]) => {
    expect(judge(identifier, change)).toEqual(['internal_error', 'internal_error'])
  })

  test.for([shared, secret])('%s with entities that grow without end are refused at once', (identifier) => {
    const withBomb = (text: string) => text.replace('<x:conf', `${bomb}<x:conf`).replace('>I<', '>&p;<')
    const start = performance.now()
    expect(judge(identifier, withBomb)).toEqual(['malformed_global_conf', 'malformed_global_conf'])
    expect(performance.now() - start).toBeLessThan(1000)
  })
})
