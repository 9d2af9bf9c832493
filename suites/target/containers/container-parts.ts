import type { StartedNetwork, StartedTestContainer } from 'testcontainers'
import { type ContainerRole, centralServerName, containerPorts } from '../../../fixtures/container-layout.ts'
import { ownInformationSystems, testServicesOf } from '../../../fixtures/container-topology.ts'
import type { InformationSystem, Topology } from '../../../fixtures/topology.ts'
import { UsageError } from '../../../fixtures/usage-error.ts'
import { MisboundTarget } from '../smoke.ts'
import { engineHost } from './container-bindings.ts'
import { runLabels } from './container-engine.ts'
import { EndedContainer } from './container-health.ts'
import { freePorts } from './free-ports.ts'
import { SealedContainer } from './sealed-container.ts'

/** What is the same for all containers of a run. */
export interface ContainerRun {
  readonly image: string
  /** Marks what belongs to the run. */
  readonly id: string
  /** With the ports of containers. */
  readonly topology: Topology
  readonly profile: string
  readonly hostNames: readonly string[]
  /** What is copied into every container. */
  readonly files: Buffer
  readonly network: StartedNetwork
  /** Bytes for bodies of messages; half of the memory if undefined. */
  readonly room: number | undefined
  readonly skewed: SkewedClock | undefined
}

/** A security server whose clock is wrong: its code, by how much (`+1h`), and where libfaketime is on this machine. */
export interface SkewedClock {
  readonly server: string
  readonly offset: string
  readonly library: string
}

/** A container that is to be started, and the ports of it that are published: on any free port, or on the same. */
export interface ContainerPart {
  readonly role: ContainerRole
  /** Of a security server. */
  readonly code?: string
  readonly container: SealedContainer
  readonly ports: { readonly any?: readonly number[]; readonly same?: readonly number[] }
}

/** A part whose container runs. */
export interface StartedPart extends ContainerPart {
  readonly started: StartedTestContainer
}

/** One part for the central server, one for each security server, one for the information systems if there are any. */
export function containerParts(run: ContainerRun): readonly ContainerPart[] {
  const { topology, skewed } = run
  const central = topology.centralServer.listen
  const systems = ownInformationSystems(topology).map(({ name }) => name)
  const servers = topology.servers
    .filter(({ running }) => running)
    .map(({ code, address = code, listen: { http, https, peer, healthCheck } }): ContainerPart => {
      const container = seal(run, 'security-server', [...new Set([code, address])])
        .withServer(code)
        .withExtraHosts([engineHost])
      if (skewed?.server === code) container.withClock(skewed.offset, skewed.library)
      return {
        role: 'security-server',
        code,
        container,
        ports: { any: [http, https, peer, ...(healthCheck === undefined ? [] : [healthCheck])] },
      }
    })
  return [
    {
      role: 'central-server',
      container: seal(run, 'central-server', [centralServerName]).withExtraHosts([engineHost]),
      ports: { same: [central.http, central.https, central.registration] },
    },
    ...servers,
    ...(systems.length === 0
      ? []
      : [
          {
            role: 'information-systems' as const,
            container: seal(run, 'information-systems', systems),
            ports: { any: portsOf(testServicesOf(topology)) },
          },
        ]),
  ]
}

function seal(run: ContainerRun, role: ContainerRole, aliases: readonly string[]): SealedContainer {
  const container = new SealedContainer(run.image, role)
    .withRun(run.files, run)
    .withoutHealthCheck()
    .withLabels(runLabels(run.id))
    .withAliases(run.network, aliases)
  return run.room === undefined ? container : container.withRoom(run.room)
}

function portsOf(listeners: readonly Pick<InformationSystem, 'listen'>[]): readonly number[] {
  return listeners.flatMap(({ listen }) => [listen.http, listen.https])
}

/** How a container ends whose operator has made a mistake. */
const usageExit = 2

/**
 * Starts parts side by side. If one fails, rejects with a UsageError if that was its operator's mistake, and otherwise
 * with a MisboundTarget that tells what has been said; if the signal aborts, with its reason. All have been started, or
 * have failed to, by then.
 */
export async function startParts(
  parts: readonly ContainerPart[],
  logs: () => string,
  signal?: AbortSignal,
): Promise<readonly StartedPart[]> {
  // Taken all at once, so that no two of them are the same.
  const free = [...(await freePorts(parts.reduce((sum, { ports }) => sum + (ports.any?.length ?? 0) + 1, 0)))]
  // Where one does not start, others may wait for it in vain.
  const failing = new AbortController()
  const ending = AbortSignal.any(signal === undefined ? [failing.signal] : [failing.signal, signal])
  const outcomes = await Promise.allSettled(
    parts.map(async (part): Promise<StartedPart> => {
      const { container, ports } = part
      const any = [containerPorts.control, ...(ports.any ?? [])]
      const started = await container
        .withSignal(ending)
        .withExposedPorts(...any.map((inside) => ({ container: inside, host: free.pop() ?? 0 })))
        .withExposedPorts(...(ports.same ?? []).map((port) => ({ container: port, host: port })))
        .start()
        .catch((error: unknown) => {
          failing.abort(error)
          throw error
        })
      return { ...part, started }
    }),
  )
  signal?.throwIfAborted()
  if (failing.signal.aborted) throw whyNotStarted(failing.signal.reason as Error, logs)
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
}

/** What to tell of a container that has not started: all that it has said, which is one sentence where its operator erred. */
export function whyNotStarted(error: Error, logs: () => string): Error {
  if (error instanceof EndedContainer && error.exitCode === usageExit) {
    return new UsageError(`A container says: ${error.said.trim()}`)
  }
  const said = error instanceof EndedContainer ? error.said : logs()
  if (said === '') return error
  return new MisboundTarget(`A container did not start: ${error.message}\n${said}`, { cause: error })
}
