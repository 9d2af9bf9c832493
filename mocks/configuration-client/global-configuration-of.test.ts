import { expect, test } from 'vitest'
import { clientId, memberOf } from '../../fixtures/identifiers.ts'
import type { PublishedFacts } from '../central-server/published-facts.ts'
import { sharedParameters } from '../central-server/shared-parameters.ts'
import { writeXml } from '../central-server/xml-element.ts'
import type { GlobalConfiguration, GlobalServer } from '../security-server/global-configuration.ts'
import { readParameters } from './parameters.ts'

const [gov, com] = [clientId('FI-DEV', 'GOV', '1'), clientId('FI-DEV', 'COM', '2 & <ä>')]
const app = clientId('FI-DEV', 'GOV', '1', 'Päiväkoti')

function server(code: string, more: Partial<GlobalServer> = {}): GlobalServer {
  return {
    id: { kind: 'server', owner: memberOf(gov), serverCode: code },
    code,
    address: `${code}.example`,
    running: true,
    clients: new Set(['FI-DEV/GOV/1']),
    maintenance: undefined,
    authenticationCertificates: new Set(),
    ...more,
  }
}

const published: GlobalConfiguration = {
  instance: 'FI-DEV',
  members: [
    { id: gov, name: 'Virasto', subsystems: [{ id: app, name: 'Päivä & koti' }] },
    {
      id: com,
      name: 'Äiti & <Isä> Oy',
      subsystems: [{ id: clientId('FI-DEV', 'COM', '2 & <ä>', 'A'), name: undefined }],
    },
  ],
  servers: [
    server('ss1', { clients: new Set(['FI-DEV/GOV/1', 'FI-DEV/GOV/1/P%C3%A4iv%C3%A4koti']) }),
    server('ss2', { maintenance: { message: 'Huollossa' } }),
    server('ss3', { maintenance: { message: undefined } }),
  ],
  authorities: [],
  groups: new Map([
    ['everybody', new Set(['FI-DEV/GOV/1', 'FI-DEV/GOV/1/P%C3%A4iv%C3%A4koti', 'FI-DEV/COM/2%20&%20%3C%C3%A4%3E'])],
    ['nobody', new Set()],
    ['security-server-owners', new Set(['FI-DEV/GOV/1'])],
  ]),
}

const facts: PublishedFacts = {
  global: published,
  memberClasses: ['GOV', 'COM'],
  anchors: [],
  sources: [{ address: 'cs.example', internal: [Buffer.from('i')], external: [Buffer.from('e')] }],
  certificationServices: [
    // Of what is no certificate, nobody can be a peer.
    {
      name: 'CA',
      certificate: Buffer.from('CA'),
      ocsp: { url: 'http://ocsp.example', certificate: Buffer.from('OCSP') },
    },
  ],
  timeStampingServices: [],
  authenticationCertificates: new Map([['ss1', [Buffer.from('one'), Buffer.from('two')]]]),
  managementService: {
    registrationAddress: '',
    registrationCertificate: Buffer.alloc(0),
    provider: clientId('FI-DEV', 'GOV', '1', 'MANAGEMENT'),
  },
}

const read = (version: 3 | 4 | 5 | 6) =>
  readParameters(Buffer.from(writeXml(sharedParameters(facts, version))), 'SHARED-PARAMETERS', version).global

test('what is published is what security servers know, and which certificates they know one another by', () => {
  const hashes = [
    '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed',
    '3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3',
  ]
  const [ss1, ...others] = published.servers
  const servers = [{ ...ss1, authenticationCertificates: new Set(hashes) }, ...others]
  expect(read(6)).toEqual({ ...published, servers })
  expect(read(5)).toEqual({ ...published, servers })
})

test('before version 5 nobody learns of maintenance and of names of subsystems', () => {
  const old = read(4)
  expect(old?.servers.map(({ maintenance }) => maintenance)).toEqual([undefined, undefined, undefined])
  expect(old?.members[0]?.subsystems).toEqual([{ id: app, name: undefined }])
})
