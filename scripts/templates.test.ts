import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { type RunningEnvironment, startEnvironment } from '../mocks/environment.ts'
import { readPackageFacts, topologyFile } from './package-facts.ts'
import { installPacked, type VendorProject } from './packed-package.ts'
import { readTopologyFile } from './topology-file.ts'

// The steps of the templates as a runner takes them, on a project of a vendor whose server is a mock here.
let project: VendorProject

beforeAll(async () => {
  project = await installPacked()
}, 60_000)

afterAll(() => project[Symbol.dispose]())

const templates = [
  ['github-workflow.yml', githubSteps],
  ['gitlab-ci.yml', gitlabSteps],
] as const

test.for(templates)(
  '$0 passes a server that conforms and fails one that does not',
  { timeout: 120_000 },
  async ([file, stepsOf]) => {
    const steps = stepsOf(parse(readFileSync(join(readPackageFacts().root, 'templates', file), 'utf8')))
    expect(steps.filter((step) => step.includes('roadworthy run'))).toHaveLength(1)
    await using server = await startEnvironment(readTopologyFile(topologyFile('minimal')))
    bind(server)
    expect(await runSteps(steps)).toMatchObject({ code: 0 })
    for (const report of ['conformance.json', 'conformance.xml', 'conformance.html']) {
      expect(existsSync(join(project.folder, 'reports', report)), report).toBe(true)
    }
    server.misbehave(['omit-error-header'])
    expect(await runSteps(steps)).toMatchObject({ code: 1 })
  },
)

interface GithubWorkflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly run?: string }[] }>>
}

function githubSteps({ jobs }: GithubWorkflow): readonly string[] {
  return Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => (run === undefined ? [] : [run])))
}

function gitlabSteps(pipeline: Readonly<Record<string, { readonly script: readonly string[] }>>): readonly string[] {
  return Object.values(pipeline).flatMap(({ script }) => script)
}

/** Runs steps until one fails; the package is installed already. */
async function runSteps(steps: readonly string[]) {
  rmSync(join(project.folder, 'reports'), { recursive: true, force: true })
  const script = steps.filter((step) => step !== 'npm ci').join('\n')
  return project.run('bash', ['-e', '-o', 'pipefail', '-c', script])
}

/** Writes what the vendor has in its repository: how the server is reached, and what it is told to have. */
function bind({ bindings }: RunningEnvironment): void {
  const folder = join(project.folder, 'conformance')
  mkdirSync(folder, { recursive: true })
  const { ss1 } = bindings.servers
  const { certificate = '', key = '' } = bindings.identities['test-client'] ?? {}
  const files = { 'trust.pem': ss1?.trust ?? '', 'client.pem': certificate, 'client.key': key }
  for (const [name, pem] of Object.entries(files)) writeFileSync(join(folder, name), pem, { mode: 0o600 })
  writeFileSync(join(folder, 'topology.yaml'), readFileSync(topologyFile('minimal')))
  writeFileSync(
    join(folder, 'bindings.yaml'),
    stringify({
      topology: 'topology.yaml',
      servers: { ss1: { http: ss1?.http, https: ss1?.https, trustFile: 'trust.pem' } },
      identities: { 'test-client': { certificateFile: 'client.pem', keyFile: 'client.key' } },
    }),
  )
}
