import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface PackageFacts {
  /** Folder of package.json: the repository, or where the package is installed. */
  readonly root: string
  readonly version: string
}

/** Where this package is and which version it has, whether this code runs as TypeScript or compiled under dist/. */
export function readPackageFacts(): PackageFacts {
  let root = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(root, 'package.json'))) root = dirname(root)
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  return { root, version }
}

/** The topology that is started when none is given. */
export function defaultTopologyFile(): string {
  return topologyFile('fi-dev')
}

/** A topology that comes with this package, by name. */
export function topologyFile(name: 'fi-dev' | 'minimal'): string {
  return join(readPackageFacts().root, 'fixtures', 'topologies', `${name}.yaml`)
}
