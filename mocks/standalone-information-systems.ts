import { ownInformationSystems } from '../fixtures/container-topology.ts'
import type { Topology } from '../fixtures/topology.ts'
import type { ControlRoutes } from './control/control-route.ts'
import { startControlServer } from './control/control-server.ts'
import { behaviourRequest } from './control/server-routes.ts'
import { systemRoutes } from './control/system-routes.ts'
import { startInformationSystems } from './information-system/information-systems.ts'
import type { Misbehaves } from './information-system/test-service-options.ts'
import { switchableBehaviour } from './misbehaviour/switchable-behaviour.ts'
import { deriveKeystore } from './pki/keystore.ts'
import type { StandaloneOptions } from './standalone-options.ts'
import { startTogether } from './stops.ts'
import { warnOfDefect } from './warn-of-defect.ts'

/** Starts the information systems of a topology alone; the security servers that call them run elsewhere. */
export function startStandaloneInformationSystems(options: StandaloneOptions): Promise<AsyncDisposable> {
  return startTogether(async (stops) => {
    const topology = withoutServers(options.topology)
    const { baseFolder = '.', hostNames = [], keyCache } = options
    const cache = keyCache === undefined ? {} : { cacheFolder: keyCache }
    const certificates = await deriveKeystore(topology, { baseFolder, hostNames, ...cache })
    const behaviour = switchableBehaviour()
    const misbehaves: Misbehaves = (name, wouldShow) => behaviour.current.has(name, wouldShow)
    const { scripted } = await startInformationSystems(topology, certificates, misbehaves, stops)
    const routes: ControlRoutes = {
      ...systemRoutes(scripted),
      'PUT /behaviour': async ({ body }) => {
        behaviour.misbehave(behaviourRequest.parse(await body()).misbehaviours)
      },
    }
    stops.push((await startControlServer(routes, warnOfDefect, options.control)).stop)
    return {}
  })
}

/** Without what only security servers need; their certificates take seconds to make. */
function withoutServers(topology: Topology): Topology {
  const informationSystems = [...ownInformationSystems(topology)]
  const needed = new Set<string>()
  const need = (name: string | undefined): void => {
    const spec = name === undefined ? undefined : topology.certificates[name]
    if (name === undefined || spec === undefined || needed.has(name)) return
    needed.add(name)
    if ('certificateFile' in spec) return
    need(spec.issuedBy)
    need(spec.sameKeyAs)
  }
  for (const { certificate } of informationSystems) need(certificate)
  const certificates = Object.fromEntries(Object.entries(topology.certificates).filter(([name]) => needed.has(name)))
  return { ...topology, servers: [], informationSystems, certificates }
}
