import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultImage } from '../fixtures/container-layout.ts'
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
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

try {
  await requireEngine()
  const kind = process.argv[2] ?? ((await hasPublicBase()) ? 'registry' : 'assembled')
  if (kind === 'registry') await buildWithDockerfile()
  else await buildAssembled()
  const { stdout } = await engine(['image', 'inspect', '--format', '{{.Id}} {{.Size}}', defaultImage])
  const [id, size] = stdout.trim().split(' ')
  say(`${defaultImage} has ${(Number(size) / 1e6).toFixed(1)} MB.`)
  process.stdout.write(`${id}\n`)
} catch (error) {
  if (!(error instanceof NoEngine)) throw error
  say(`The image cannot be built: ${error.message}.`)
  process.exitCode = exitCodes.nothingJudged
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
