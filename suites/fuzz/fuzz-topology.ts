import type { TopologyInput } from '../../fixtures/topology.ts'

const member = 'FI/GOV/1'
const everybody = [{ subjects: [{ client: `${member}/Client` }, { client: `${member}/Strict` }] }]
const rest = (code: string) => ({ code, url: `\${scripted.http}/${code}`, timeoutSeconds: 1, allow: everybody })

/** A small environment to attack: a client that may do anything, one that needs a certificate, and a scripted provider. */
export const fuzzTopology: TopologyInput = {
  instance: 'FI',
  memberClasses: ['GOV'],
  members: [{ id: member, name: 'Member' }],
  certificates: { internal: { names: ['DNS:localhost'] }, scripted: {}, listed: {} },
  informationSystems: [{ name: 'scripted', serves: 'scripted', certificate: 'scripted' }],
  servers: [
    {
      code: 'ss1',
      owner: member,
      internalCertificate: 'internal',
      clients: [
        { id: `${member}/Client`, connectionType: 'HTTP' },
        { id: `${member}/Strict`, connectionType: 'HTTPS', certificates: ['listed'] },
        {
          id: `${member}/Provider`,
          connectionType: 'HTTP',
          descriptions: [
            { type: 'REST', url: '${scripted.http}/rest', services: [rest('rest')] },
            { type: 'OPENAPI', url: '${scripted.http}/openapi', services: [rest('openapi')] },
            { type: 'WSDL', url: '${scripted.http}/wsdl', services: [rest('soap')] },
          ],
        },
        {
          // Connections to providers are kept for each owner of services: what a provider does to one harms no other.
          id: `${member}/Good`,
          connectionType: 'HTTP',
          descriptions: [{ type: 'REST', url: '${scripted.http}/rest', services: [rest('rest')] }],
        },
      ],
    },
  ],
}
