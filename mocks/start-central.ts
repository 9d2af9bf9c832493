import type { Topology } from '../fixtures/topology.ts'
import type { CentralRegister } from './central-server/central-register.ts'
import { type RunningCentralServer, startCentralServer } from './central-server/central-server.ts'
import { readFederations } from './central-server/read-federations.ts'
import type { SwitchableBehaviour } from './misbehaviour/switchable-behaviour.ts'
import type { Identities } from './prepare-identities.ts'
import type { Stops } from './stops.ts'
import { warnOfDefect } from './warn-of-defect.ts'

export interface CentralOptions {
  readonly topology: Topology
  readonly identities: Identities
  readonly behaviour: SwitchableBehaviour
  /** Asked for once somebody calls: it may need to know where the server listens. */
  readonly register: () => CentralRegister
  /** Folder that file names of the topology are relative to; the working directory by default. */
  readonly baseFolder: string | undefined
  readonly now?: () => number
}

/** Starts the central server of a topology as whom it is prepared to be. */
export async function startCentral(options: CentralOptions, stops: Stops): Promise<RunningCentralServer> {
  const { topology, identities, behaviour, register, baseFolder, now = Date.now } = options
  const { profile, issued, cache, certificates, centralTls } = identities
  const centralServer = await startCentralServer({
    topology,
    profile,
    register,
    decisions: () => behaviour.current.publishing,
    managementDecisions: () => behaviour.current.management,
    anchors: await readFederations(topology, certificates, baseFolder),
    tls: centralTls,
    cache,
    issued,
    now,
    onDefect: warnOfDefect,
  })
  stops.push(centralServer.stop)
  return centralServer
}
