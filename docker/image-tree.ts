import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { readPackageFacts } from '../scripts/package-facts.ts'

const { root } = readPackageFacts()

/** Lays out what every machine has: the base of the image, from the Node binary that runs this and its libraries. */
export function layOutBase(folder: string): void {
  execFileSync(join(root, 'docker', 'base-image.sh'), [folder, process.execPath], { stdio: ['ignore', 2, 2] })
}

/** Lays out what this project adds under `app`: compiled code, topologies, and the packages that the code imports. */
export function layOutApplication(folder: string): void {
  const app = join(folder, 'app')
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  execFileSync(process.execPath, [tsc, '-p', join(root, 'docker', 'tsconfig.json'), '--outDir', app], {
    stdio: ['ignore', 2, 2],
  })
  cpSync(join(root, 'fixtures', 'topologies'), join(app, 'fixtures', 'topologies'), { recursive: true })
  for (const file of ['package.json', 'LICENSE']) cpSync(join(root, file), join(app, file))
  for (const name of packageClosure(importedPackages(app))) copyPackage(name, join(app, 'node_modules', name))
}

/** Names of the packages that compiled code imports, in order. */
function importedPackages(folder: string): readonly string[] {
  const names = new Set<string>()
  for (const file of filesOf(folder).filter((path) => path.endsWith('.js'))) {
    const text = readFileSync(join(folder, file), 'utf8')
    for (const [, name = ''] of text.matchAll(/(?:from |import\()'((?:@[\w.-]+\/)?[a-z][\w.-]*)[^:']*'/g)) {
      if (!name.startsWith('node')) names.add(name)
    }
    if (/(?:from |import\()'node-forge/.test(text)) names.add('node-forge')
  }
  return [...names].sort()
}

/** These packages and all that they depend on. Every one lies flat in node_modules; npm nests only what is in conflict. */
function packageClosure(names: readonly string[]): readonly string[] {
  const found = new Set<string>()
  const add = (name: string): void => {
    if (found.has(name)) return
    found.add(name)
    const { dependencies = {} } = JSON.parse(readFileSync(join(packageFolder(name), 'package.json'), 'utf8')) as {
      readonly dependencies?: Readonly<Record<string, string>>
    }
    for (const dependency of Object.keys(dependencies)) add(dependency)
  }
  for (const name of names) add(name)
  return [...found].sort()
}

function packageFolder(name: string): string {
  const folder = join(root, 'node_modules', name)
  if (!existsSync(folder)) throw new Error(`${name} is not installed`)
  return folder
}

/** A package without what only developers look at. */
function copyPackage(name: string, target: string): void {
  const source = packageFolder(name)
  for (const file of filesOf(source)) {
    if (!isNeeded(file)) continue
    mkdirSync(dirname(join(target, file)), { recursive: true })
    cpSync(join(source, file), join(target, file))
  }
}

function isNeeded(file: string): boolean {
  if (/(^|\/)(test|tests|docs|examples|node_modules)\//.test(file) || file.endsWith('.min.js')) return false
  return /\.(js|cjs|mjs|json|wasm)$/.test(file) || /^licen[cs]e/i.test(basename(file))
}

/** Every file of a folder, by relative path, in the order of their names. */
export function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort()
}
