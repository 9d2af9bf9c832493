import type { TopologyInput } from '../../fixtures/topology.ts'

const provider = 'SAMPLE/GOV/1/Provider'

/** The subsystem that the sample client is, and another one of its organisation. */
const sampleClients = { own: 'SAMPLE/GOV/2/Client', other: 'SAMPLE/GOV/2/Other' } as const

/** The certificates that the sample client has, all of them listed: the good one, and what nobody should have. */
const ownCertificates = { good: 'client', weak: 'client-weak', expired: 'client-expired' } as const

/** The same, and that of the member which owns the server. */
export const sampleCertificates = { ...ownCertificates, owner: 'owner' } as const

/** What the sample client calls, in a small exchange layer of its own. */
export const sampleTopology: TopologyInput = {
  instance: 'SAMPLE',
  memberClasses: ['GOV'],
  members: [
    { id: 'SAMPLE/GOV/1', name: 'Provider' },
    { id: 'SAMPLE/GOV/2', name: 'Consumer' },
  ],
  certificates: {
    [sampleCertificates.good]: { subject: { CN: 'client' } },
    [sampleCertificates.weak]: { subject: { CN: 'client' }, key: 'rsa-1024' },
    [sampleCertificates.expired]: { subject: { CN: 'client' }, validity: 'expired' },
    [sampleCertificates.owner]: { subject: { CN: 'owner' } },
  },
  informationSystems: [
    { name: 'services', serves: 'test-services' },
    { name: 'notes', serves: 'scripted' },
  ],
  servers: [
    {
      code: 'ss1',
      owner: 'SAMPLE/GOV/2',
      clients: [
        client(sampleClients.own, Object.values(ownCertificates)),
        client(sampleClients.other, [sampleCertificates.good]),
        client('SAMPLE/GOV/2', [sampleCertificates.owner]),
        {
          id: provider,
          descriptions: [
            { type: 'WSDL', url: '${services.http}/test-service/Endpoint?wsdl', services: soapServices() },
            rest('rest-test', '${services.http}/rest-api'),
            rest('notes', '${notes.http}/notes'),
          ],
        },
      ],
    },
  ],
}

function client(id: string, certificates: string[]) {
  return { id, connectionType: 'HTTPS' as const, certificates }
}

function soapServices() {
  return ['getRandom', 'helloService', 'storeAttachments'].map((code) => ({
    code,
    version: 'v1',
    url: '${services.http}/test-service/Endpoint',
    allow: forEverybody(),
  }))
}

function rest(code: string, url: string) {
  return { type: 'REST' as const, url, services: [{ code, url, allow: forEverybody() }] }
}

function forEverybody() {
  return [{ subjects: Object.values(sampleClients).map((id) => ({ client: id })) }]
}
