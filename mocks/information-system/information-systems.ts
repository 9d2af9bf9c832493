import type { Topology } from '../../fixtures/topology.ts'
import type { Credential, Keystore } from '../pki/keystore.ts'
import { type RunningScriptedSystem, startScriptedSystem } from './scripted-system.ts'
import type { Misbehaves } from './test-service-options.ts'
import { startTestServices } from './test-services.ts'

export interface RunningInformationSystems {
  /** Addresses by the names that a topology uses: `test-services.http`. */
  readonly addresses: Readonly<Record<string, string>>
  readonly scripted: RunningScriptedSystem | undefined
}

/** Starts every information system of a topology that runs here; what has been started is handed to `stops` at once. */
export async function startInformationSystems(
  topology: Topology,
  certificates: Keystore,
  misbehaves: Misbehaves,
  stops: (() => Promise<void>)[],
): Promise<RunningInformationSystems> {
  const addresses: Record<string, string> = {}
  let scripted: RunningScriptedSystem | undefined
  for (const { name, serves, certificate, listen } of topology.informationSystems) {
    if (serves === 'external') continue
    const credential = certificates.get(certificate ?? `${name}-tls`) as Credential
    if (serves === 'scripted') {
      const system = await startScriptedSystem({ name, listen, credential })
      stops.push(system.stop)
      scripted ??= system
      for (const [scheme, address] of Object.entries(system.addresses)) addresses[`${name}.${scheme}`] = address
    } else {
      const system = await startTestServices({
        name,
        host: listen.host,
        ports: { http: listen.http, https: listen.https },
        misbehaves,
        credential,
      })
      stops.push(async () => system[Symbol.asyncDispose]())
      addresses[`${name}.http`] = system.httpUrl
      addresses[`${name}.https`] = system.httpsUrl ?? ''
    }
  }
  return { addresses, scripted }
}
