import type { Topology } from '../../fixtures/topology.ts'

/**
 * The topology with its servers on the loopback address of that number, from 0; information systems stay where their
 * certificates say. Of thousands of listeners on one address each takes longer to find a free port than the one before.
 * Linux alone answers on all of 127.0.0.0/8; elsewhere the topology stays as it is.
 */
export function onOwnAddress(topology: Topology, number: number, platform = process.platform): Topology {
  if (platform !== 'linux') return topology
  const host = `127.1.${Math.floor(number / 200)}.${1 + (number % 200)}`
  const moved = <Part extends { readonly listen: { readonly host: string } }>(part: Part) => ({
    ...part,
    listen: { ...part.listen, host },
  })
  return {
    ...topology,
    servers: topology.servers.map(moved),
    centralServer: moved(topology.centralServer),
  }
}
