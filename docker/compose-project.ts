import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { runProgram } from './container-engine.ts'

/** What a file of compose has started. */
export interface ComposeProject extends AsyncDisposable {
  /** What the engine says of the health of each container, by the name of its service and number. */
  health(): Promise<Readonly<Record<string, string>>>
}

export interface ComposeOptions {
  readonly variables: Readonly<Record<string, string>>
  /** How many containers a service has, if not one: `ss1=2`. */
  readonly scale?: string
}

/** How compose is called here: as a part of the engine's command line, or as a program; undefined if there is none. */
export function composeCommand(): readonly [string, ...string[]] | undefined {
  const commands = [['docker', 'compose'], ['docker-compose']] as const
  return commands.find(([program, ...args]) => spawnSync(program, [...args, 'version']).status === 0)
}

/** Starts a file of this folder; removes all that it has started when disposed of, or if that fails. */
export async function startCompose(
  [program, ...args]: readonly [string, ...string[]],
  file: string,
  { variables, scale }: ComposeOptions,
): Promise<ComposeProject> {
  const name = `roadworthy-${randomUUID()}`
  const project = [...args, '--project-name', name, '--file', join(import.meta.dirname, file)]
  const remove = () => runProgram(program, [...project, 'down', '--volumes'], { variables })
  const up = ['up', '--detach', ...(scale === undefined ? [] : ['--scale', scale])]
  const { code, stderr } = await runProgram(program, [...project, ...up], { variables })
  if (code !== 0) {
    await remove()
    throw new Error(`${file} does not start:\n${stderr}`)
  }
  return {
    async health() {
      const filter = `label=com.docker.compose.project=${name}`
      const { stdout: found } = await runProgram('docker', ['ps', '--all', '--quiet', '--filter', filter])
      const service = '{{index .Config.Labels "com.docker.compose.service"}}'
      const number = '{{index .Config.Labels "com.docker.compose.container-number"}}'
      const format = `${service}-${number} {{if .State.Health}}{{.State.Health.Status}}{{end}}`
      const ids = found.split('\n').filter(Boolean)
      const { stdout } = await runProgram('docker', ['inspect', '--format', format, ...ids])
      return Object.fromEntries(
        stdout
          .trim()
          .split('\n')
          .map((line) => line.split(' ')),
      ) as Record<string, string>
    },
    [Symbol.asyncDispose]: async () => void (await remove()),
  }
}
