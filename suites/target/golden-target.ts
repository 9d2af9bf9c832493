import type { Topology } from '../../fixtures/topology.ts'
import { loadDocuments } from '../golden/load-cases.ts'
import type { ClientSide } from '../golden/raw-client.ts'
import { type ScriptedProvider, startScriptedProvider } from '../golden/scripted-provider.ts'
import { startRecorded } from './in-process.ts'

/** The mock with the topology of the recordings, and the provider behind it. */
export interface GoldenTarget extends AsyncDisposable {
  readonly side: ClientSide
  readonly provider: ScriptedProvider
}

/** Starts provider and mock, with the topology of the recordings, for one version profile. */
export async function startGoldenTarget(profile: string, topology: Topology): Promise<GoldenTarget> {
  const provider = await startScriptedProvider(loadDocuments())
  const environment = await startRecorded(topology, {
    profile,
    addresses: provider.addresses,
    // The recordings are those of a server that calls itself so.
    overNetworkToItself: true,
  })
  const names = new Map([...environment.certificates.values()].map(({ name, der }) => [der.toString('base64'), name]))
  const identities = new Map(
    [...environment.certificates.values()].flatMap(({ name, certificate, key }) =>
      key === undefined ? [] : [[name, { certificate, key }] as const],
    ),
  )
  const own = identities.get('provider')
  if (own === undefined) throw new Error('the golden topology has no certificate named "provider"')
  provider.useCertificate(own, (der) => names.get(der.toString('base64')) ?? null)
  const { ss1 } = environment.bindings.servers
  if (ss1?.http === undefined || ss1.https === undefined)
    throw new Error('the golden topology has no running server ss1')
  return {
    side: { http: endpoint(ss1.http), https: endpoint(ss1.https), identities },
    provider,
    async [Symbol.asyncDispose]() {
      await environment.stop()
      await provider.stop()
    },
  }
}

function endpoint(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url)
  return { host: hostname, port: Number(port) }
}
