import { accessSync, constants } from 'node:fs'
import { hostname } from 'node:os'
import { type ContainerRuntimeClient, getContainerRuntimeClient, ImageName } from 'testcontainers'
import { defaultImage } from '../../../fixtures/container-layout.ts'
import { UsageError } from '../../../fixtures/usage-error.ts'
import { MisboundTarget } from '../smoke.ts'
import { isOwnerAlive, ownerOf, ownProcessSpace } from './container-owner.ts'

type Labels = Readonly<Record<string, string>>

const ownerLabel = 'roadworthy.owner'
const runLabel = 'roadworthy.run'

/** Finds the container engine of this machine. Throws a MisboundTarget that says what is in the way. */
export async function connectEngine(): Promise<ContainerRuntimeClient> {
  const named = process.env['DOCKER_HOST'] || undefined
  try {
    const client = await getContainerRuntimeClient()
    // Where the named engine does not answer, the library goes on to the usual sockets.
    const { socketPath } = client.container.dockerode.modem as { readonly socketPath?: string }
    if (named !== undefined && socketPath !== undefined && pathOf(named) !== pathOf(`unix://${socketPath}`)) {
      throw new Error(`the library has taken the engine at ${socketPath}`)
    }
    // In a container the library takes the engine to be outside of it; an engine of the same host name is not.
    const { Name: engineName } = (await client.container.dockerode.info()) as { readonly Name?: string }
    if (named === undefined && engineName === hostname()) client.info.containerRuntime.host = 'localhost'
    return client
  } catch (cause) {
    throw new MisboundTarget(whyNoEngine(named ?? 'unix:///var/run/docker.sock'), { cause })
  }
}

/** Names and addresses that published ports are reached by, beside `localhost`. */
export function hostNamesOf({ info }: ContainerRuntimeClient): readonly string[] {
  const { host } = info.containerRuntime
  return host === 'localhost' ? [] : [host]
}

/** Makes sure that the image is there. Throws a MisboundTarget that says how to get it, and where another is `named`. */
export async function requireImage(client: ContainerRuntimeClient, image: string, named?: string): Promise<void> {
  if (await client.image.exists(ImageName.fromString(image))) return
  const get = image === defaultImage ? 'build it in a checkout of roadworthy with "npm run image"' : 'pull or build it'
  const other = named === undefined ? '' : `, or name another in ${named}`
  throw new MisboundTarget(`The engine has no image ${image}; ${get}${other}.`)
}

/** Labels of whatever one run starts; by them this run removes it, or the next one if this one is killed. */
export function runLabels(run: string): Readonly<Record<string, string>> {
  return { [runLabel]: run, [ownerLabel]: ownerOf(process.pid, ownProcessSpace()) }
}

/** Removes what a run has started, with the volumes. */
export function removeRun(client: ContainerRuntimeClient, run: string): Promise<void> {
  return removeLabelled(client, (labels) => labels[runLabel] === run)
}

/** Removes what was left by runs of this machine that were killed, with the volumes. */
export function removeLeftovers(client: ContainerRuntimeClient): Promise<void> {
  const space = ownProcessSpace()
  return removeLabelled(client, (labels) => !isOwnerAlive(labels[ownerLabel] ?? '', space))
}

async function removeLabelled(client: ContainerRuntimeClient, isMeant: (labels: Labels) => boolean): Promise<void> {
  const engine = client.container.dockerode
  const filters = { label: [ownerLabel] }
  const containers = await engine.listContainers({ all: true, filters })
  await Promise.all(
    containers
      .filter(({ Labels }) => isMeant(Labels))
      .map(({ Id }) => engine.getContainer(Id).remove({ force: true, v: true }).catch(ignoreMissing)),
  )
  // A network can be removed once nothing is connected to it.
  const networks = await engine.listNetworks({ filters })
  await Promise.all(
    networks
      .filter(({ Labels }) => isMeant(Labels ?? {}))
      .map(({ Id }) => engine.getNetwork(Id).remove().catch(ignoreMissing)),
  )
}

/** What an engine says when it cannot start something, in one sentence; undefined if it was not the engine that said it. */
export function refusalOf(error: unknown): MisboundTarget | undefined {
  // It says itself what is wrong on this machine: its own disk may be full as well.
  if (error instanceof UsageError) return undefined
  const said = error instanceof Error ? error.message : String(error)
  const port = /(?:0\.0\.0\.0|127\.0\.0\.1|\[::\]):(\d+).*(?:already allocated|already in use)/.exec(said)?.[1]
  if (port !== undefined) {
    return new MisboundTarget(`The port ${port} is taken; stop what listens there, or fix another in the topology.`, {
      cause: error,
    })
  }
  if (/no space left on device|ENOSPC/.test(said)) {
    return new MisboundTarget('The container engine has no space left on its disk; make some, and try again.', {
      cause: error,
    })
  }
  if (/ryuk|Get "?https?:\/\//.test(said)) {
    return new MisboundTarget(
      'The image of the reaper of testcontainers cannot be fetched; set TESTCONTAINERS_RYUK_DISABLED=true, and the next run clears up after a killed one.',
      { cause: error },
    )
  }
  return undefined
}

/** Another run may be clearing up at the same time. */
function ignoreMissing(error: { readonly statusCode?: number }): void {
  if (error.statusCode !== 404 && error.statusCode !== 409) throw error
}

/** The path of an address, as the library writes it. */
function pathOf(address: string): string | undefined {
  return URL.parse(address)?.pathname
}

function socketOf(address: string): string | undefined {
  return /^unix:\/\/(.+)$/.exec(address)?.[1]
}

function whyNoEngine(address: string): string {
  const socket = socketOf(address)
  const remedy = 'Start one, or name it in DOCKER_HOST.'
  if (socket === undefined) return `No container engine answers at ${address}. ${remedy}`
  try {
    accessSync(socket, constants.R_OK | constants.W_OK)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') {
      return `This user may not use the container engine at ${socket}. Add the user to its group, or ask its owner.`
    }
  }
  return `No container engine answers at ${socket}. ${remedy}`
}
