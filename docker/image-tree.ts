import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type RolldownOutput, rolldown } from 'rolldown'
import { readPackageFacts } from '../scripts/package-facts.ts'

const { root } = readPackageFacts()

/**
 * Lays out what every machine has: the base of the image, from the Node binary that runs this and its libraries. Throws an
 * Error with what stood in the way.
 */
export function layOutBase(folder: string): void {
  execFileSync(join(root, 'docker', 'base-image.sh'), [folder, process.execPath], { stdio: ['ignore', 2, 'pipe'] })
}

/**
 * Lays out what this project adds under `app`: code, topologies, licences. The code is bundled, packages and all, for a
 * start spends a third of its time on finding and reading some seven hundred modules.
 */
export async function layOutApplication(folder: string): Promise<void> {
  const app = join(folder, 'app')
  const entries = ['container', 'container-health']
  await using bundle = await rolldown({
    cwd: root,
    platform: 'node',
    input: Object.fromEntries(entries.map((name) => [name, join(root, 'scripts', `${name}.ts`)])),
  })
  const written = await bundle.write({ dir: join(app, 'scripts') })
  cpSync(join(root, 'fixtures', 'topologies'), join(app, 'fixtures', 'topologies'), { recursive: true })
  for (const file of ['package.json', 'LICENSE']) cpSync(join(root, file), join(app, file))
  for (const name of bundledPackages(written)) copyLicence(name, join(app, 'licences', name))
}

/** Names of the packages that code was taken from, in order. */
function bundledPackages({ output }: RolldownOutput): readonly string[] {
  const modules = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []))
  const names = modules.map((id) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1])
  return [...new Set(names)].filter((name) => name !== undefined).sort()
}

/** What says under which terms a package may be used: some name them in package.json only. */
function copyLicence(name: string, target: string): void {
  const source = join(root, 'node_modules', name)
  const files = readdirSync(source).filter((file) => file === 'package.json' || /^licen[cs]e/i.test(file))
  mkdirSync(target, { recursive: true })
  for (const file of files) cpSync(join(source, file), join(target, file))
}
