import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect } from 'vitest'
import { parse } from 'yaml'
import { defaultImage } from '../fixtures/container-layout.ts'
import { readPackageFacts } from '../scripts/package-facts.ts'
import { containerTest } from '../suites/containers/container-test.ts'
import { type EngineAnswer, engine } from './container-engine.ts'

/** What a part of the run has of a service of the stack. */
interface Part {
  readonly entrypoint: readonly [program: string, script: string]
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly volumes: readonly { readonly source: string; readonly target: string }[]
}

const { root } = readPackageFacts()
const stack = parse(readFileSync(join(root, 'docker', 'conformance-stack.yaml'), 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, Part>>
}

/** What the stack mounts as the project where nothing else is named: relative to its own folder, as the engine has it. */
function mountedProject({ volumes }: Part): string {
  const { source = '' } = volumes.find(({ target }) => target === '/roadworthy') ?? {}
  return resolve(import.meta.dirname, /^\$\{ROADWORTHY_PROJECT:-(.*)\}$/.exec(source)?.[1] ?? source)
}

// The parts of the stack as ordinary containers, since not every engine that runs tests may be the head of a swarm.
containerTest('a run in parts, each in a container of its own, is put together', async () => {
  const parts = Object.values(stack.services)
  const [first] = parts as [Part]
  const volume = `roadworthy-parts-${randomUUID()}`
  const run = ([program, script]: Part['entrypoint'], args: readonly string[], variables: Part['environment']) =>
    engine([
      ...['run', '--rm', '--network', 'none', '--read-only', '--cap-drop', 'ALL', '--tmpfs', '/tmp'],
      ...['--volume', `${mountedProject(first)}:/roadworthy:ro`, '--volume', `${volume}:/var/lib/roadworthy`],
      ...Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      ...['--entrypoint', program, defaultImage, script, ...args],
    ])
  try {
    const judged = await Promise.all(
      parts.map(({ entrypoint, command, environment }) => {
        return run(entrypoint, [...command, '--requirement', 'CONN-HTTPS-02'], environment)
      }),
    )
    expect(
      judged.map(({ code }: EngineAnswer) => code),
      judged.map(({ stderr }) => stderr).join(),
    ).toEqual([0, 0, 0])
    const { code, stderr } = await run(first.entrypoint, ['merge', '/var/lib/roadworthy'], {})
    expect(stderr).toMatch(/FI-DEV conforms: (\d+) of \1 scenarios passed\./)
    expect(code).toBe(0)
  } finally {
    await engine(['volume', 'rm', '--force', volume])
  }
})
