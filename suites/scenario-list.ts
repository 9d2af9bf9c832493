import { readdir } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { DeclaredScenario } from './declared-scenario.ts'
import { divertScenarios } from './scenario.ts'

export interface ListedScenario extends Pick<DeclaredScenario, 'name' | 'covers'> {
  readonly needs: NonNullable<DeclaredScenario['needs']>
  /** Path of its file within the suites, with slashes: `consumer/tenancy.suite.ts`. */
  readonly file: string
}

/** Folder of the suites, in the repository or compiled in the package. */
export const suitesFolder = fileURLToPath(new URL('.', import.meta.url))

let listed: Promise<readonly ListedScenario[]> | undefined

/** Every scenario in the order of files and lines, without running any. Throws if two have one name. */
export function listScenarios(): Promise<readonly ListedScenario[]> {
  listed ??= readScenarios()
  return listed
}

async function readScenarios(): Promise<readonly ListedScenario[]> {
  const scenarios: ListedScenario[] = []
  for (const path of await suiteFiles()) {
    const file = relative(suitesFolder, path).split(sep).join('/')
    const restore = divertScenarios(({ name, covers, needs = [] }) => scenarios.push({ name, covers, needs, file }))
    try {
      await import(pathToFileURL(path).href)
    } finally {
      restore()
    }
  }
  assertUnique(scenarios)
  return scenarios
}

/** Absolute paths of the files that declare scenarios. */
export async function suiteFiles(): Promise<string[]> {
  const entries = await readdir(suitesFolder, { recursive: true })
  return entries
    .filter((entry) => /\.suite\.(ts|js)$/.test(entry))
    .sort()
    .map((entry) => `${suitesFolder}${entry}`)
}

function assertUnique(scenarios: readonly ListedScenario[]): void {
  const first = new Map<string, ListedScenario>()
  for (const scenario of scenarios) {
    const other = first.get(scenario.name)
    if (other !== undefined)
      throw new Error(`The scenario "${scenario.name}" stands in ${other.file} and ${scenario.file}.`)
    first.set(scenario.name, scenario)
  }
}
