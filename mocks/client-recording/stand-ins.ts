import type { TopologyInput } from '../../fixtures/topology.ts'

/** Names of the certificates that servers present while a client is tried. */
export const standIns = { impostor: 'stand-in-impostor', misnamed: 'stand-in-misnamed' } as const

export type StandIn = keyof typeof standIns

/** The host that the certificate with the wrong name is for; there is none (RFC 2606). */
const elsewhere = 'another-server.invalid'

/** The same topology, with a certificate that only looks like those of its servers, and with one of another name. */
export function withStandIns(topology: TopologyInput): TopologyInput {
  const hosts = topology.servers.flatMap(({ code, address = code }) => [`DNS:${code}`, `DNS:${address}`])
  const names = [...new Set(['DNS:localhost', 'IP:127.0.0.1', ...hosts])]
  return {
    ...topology,
    certificates: {
      ...topology.certificates,
      [standIns.impostor]: { subject: { CN: 'localhost' }, names },
      [standIns.misnamed]: { subject: { CN: elsewhere }, names: [`DNS:${elsewhere}`] },
    },
  }
}
