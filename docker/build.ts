import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultImage } from '../fixtures/container-layout.ts'
import { UsageError } from '../fixtures/usage-error.ts'
import { exitCodes } from '../scripts/exit-code.ts'
import { readPackageFacts } from '../scripts/package-facts.ts'
import { engine, NoEngine, requireDone, requireEngine } from './container-engine.ts'
import { imageArchive, layerOf } from './image-archive.ts'
import { layOutApplication, layOutBase } from './image-tree.ts'

// Builds the image `roadworthy:latest`: with docker/Dockerfile where its public base can be had, else with a base that is
// assembled from this machine's own Node. Says which, and prints the id of the image on standard output.
//   node docker/build.ts [registry|assembled]

const { root } = readPackageFacts()
const publicBase = 'node:24-bookworm'
const kinds = ['registry', 'assembled'] as const
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

try {
  const asked = process.argv[2]
  if (asked !== undefined && !kinds.some((kind) => kind === asked)) {
    throw new UsageError(`there is no way to build called "${asked}"; write ${kinds.join(' or ')}, or nothing`)
  }
  await requireEngine()
  const kind = asked ?? ((await hasPublicBase()) ? 'registry' : 'assembled')
  if (kind === 'registry') await buildWithDockerfile()
  else await buildAssembled()
  const { stdout } = await engine(['image', 'inspect', '--format', '{{.Id}} {{.Size}}', defaultImage])
  const [id, size] = stdout.trim().split(' ')
  say(`${defaultImage} has ${(Number(size) / 1e6).toFixed(1)} MB.`)
  process.stdout.write(`${id}\n`)
} catch (error) {
  const reason = error instanceof Error ? reasonAgainst(error) : undefined
  if (reason === undefined) throw error
  say(`The image cannot be built: ${reason}.`)
  process.exitCode = error instanceof UsageError ? exitCodes.usage : exitCodes.nothingJudged
}

/** Why nothing can be built here; undefined if that is a defect. Programs that are run tell of a full disk in words alone. */
function reasonAgainst(error: Error & { readonly syscall?: string }): string | undefined {
  if (error instanceof NoEngine || error instanceof UsageError) return error.message
  if (error.syscall !== 'mkdtemp' && !/ENOSPC|no space left on device/i.test(error.message)) return undefined
  return `its files have no place in ${tmpdir()}, where 260 MB are wanted; make room, or name another folder in TMPDIR`
}

/** Whether the base of the Dockerfile is here, or can be fetched within a minute. */
async function hasPublicBase(): Promise<boolean> {
  const { code } = await engine(['image', 'inspect', publicBase])
  return code === 0 || (await engine(['pull', '--quiet', publicBase], undefined, 60_000)).code === 0
}

async function buildWithDockerfile(): Promise<void> {
  say(`Building with docker/Dockerfile on the public base ${publicBase}.`)
  const { version } = readPackageFacts()
  const dockerfile = join(root, 'docker', 'Dockerfile')
  const args = ['build', '--tag', defaultImage, '--build-arg', `VERSION=${version}`, '--file', dockerfile, root]
  requireDone('docker build', await engine(args))
}

async function buildAssembled(): Promise<void> {
  say(`Building on a base assembled from Node ${process.version} of this machine: ${publicBase} cannot be fetched.`)
  const folder = mkdtempSync(join(tmpdir(), 'roadworthy-image-'))
  try {
    layOutBase(join(folder, 'base'))
    await layOutApplication(join(folder, 'application'))
    const layers = [layerOf(join(folder, 'base')), layerOf(join(folder, 'application'))]
    const archive = imageArchive(layers, architectures[process.arch] ?? process.arch)
    requireDone('docker load', await engine(['load', '--quiet'], archive))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
