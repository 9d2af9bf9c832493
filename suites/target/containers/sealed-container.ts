import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { GenericContainer, getContainerRuntimeClient, PullPolicy, type StartedNetwork } from 'testcontainers'
import {
  type ContainerRole,
  containerFiles,
  containerUser,
  containerVariables,
} from '../../../fixtures/container-layout.ts'
import { copiedToken, copiedTopology } from './container-files.ts'
import { untilHealthy } from './container-health.ts'
import { tarArchive } from './tar-archive.ts'

const logLimit = 64 * 1024
const temporaryFolder = 'rw,noexec,nosuid,mode=1777'

/**
 * A container of the image that can do no more than it must: nothing of its file system can be written but the data
 * folder and /tmp, it has no privileges, and its ports are open to this machine alone. (A class because the library asks
 * for one.)
 */
export class SealedContainer extends GenericContainer {
  private said = ''

  constructor(image: string, role: ContainerRole) {
    super(image)
    this.withPullPolicy(PullPolicy.neverPull())
      .withEnvironment({
        [containerVariables.role]: role,
        [containerVariables.topology]: copiedTopology,
        [containerVariables.tokenFile]: copiedToken,
      })
      .withDroppedCapabilities('ALL')
      .withSecurityOpt('no-new-privileges')
      .withTmpFs({ '/tmp': temporaryFolder })
      .withWaitStrategy(untilHealthy())
      .withLogConsumer((stream) => {
        stream.on('data', (text: Buffer | string) => {
          this.said = (this.said + text.toString()).slice(-logLimit)
        })
      })
  }

  /** Copies what `containerFilesOf` has made for these host names, and says which profile to follow. */
  withRun(files: Buffer, { profile, hostNames }: { profile: string; hostNames: readonly string[] }): this {
    return this.withEnvironment({
      [containerVariables.profile]: profile,
      [containerVariables.hostNames]: hostNames.join(' '),
    }).withCopyArchivesToContainer([{ tar: Readable.from([files]), target: containerFiles.data }])
  }

  /** Is not waited for any longer when the signal aborts. */
  withSignal(signal: AbortSignal): this {
    return this.withWaitStrategy(untilHealthy(signal))
  }

  /** Leaves the engine's own questions out, each of which starts a program: whoever started it asks for itself. */
  withoutHealthCheck(): this {
    this.createOpts.Healthcheck = { Test: ['NONE'] }
    return this
  }

  /** Says which security server it is. */
  withServer(code: string): this {
    return this.withEnvironment({ [containerVariables.server]: code })
  }

  /** Gives it no more room than that for bodies that it does not keep in memory. */
  withRoom(bytes: number): this {
    return this.withTmpFs({ '/tmp': `${temporaryFolder},size=${bytes}` })
  }

  /** Sets its clock that much ahead or back, as `+1h`, by a copy of the library libfaketime of this machine. */
  withClock(offset: string, library: string): this {
    const path = 'libfaketime.so.1'
    const copy = tarArchive([{ path, mode: 0o555, ...containerUser, content: readFileSync(library) }])
    return this.withCopyArchivesToContainer([
      { tar: Readable.from([copy]), target: containerFiles.data },
    ]).withEnvironment({
      LD_PRELOAD: `${containerFiles.data}/${path}`,
      FAKETIME: offset,
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    })
  }

  /** Puts it on that network, and on no other, under these names. */
  withAliases(network: StartedNetwork, aliases: readonly string[]): this {
    this.createOpts.NetworkingConfig = { EndpointsConfig: { [network.getName()]: { Aliases: [...aliases] } } }
    return this.withNetworkMode(network.getName())
  }

  /** What the container has said so far, the last 64 KiB of it. */
  get logs(): string {
    return this.said
  }

  protected override async beforeContainerCreated(): Promise<void> {
    this.hostConfig.ReadonlyRootfs = true
    // A first process gets no signal that it does not listen for yet; this one passes them on.
    this.hostConfig.Init = true
    this.hostConfig.Mounts = [{ Type: 'volume', Source: '', Target: containerFiles.data }]
    // Published on the loopback address; an engine on another machine has to publish more.
    const { info } = await getContainerRuntimeClient()
    if (info.containerRuntime.host !== 'localhost') return
    const bindings = Object.values((this.hostConfig.PortBindings ?? {}) as Record<string, { HostIp?: string }[]>)
    for (const binding of bindings.flat()) binding.HostIp = '127.0.0.1'
  }
}
