import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readPackageFacts } from './package-facts.ts'

const { root } = readPackageFacts()
const guide = readFileSync(join(root, 'docs', 'getting-started.md'), 'utf8')
const commands = [...guide.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'getting-started-'))
})

afterEach(() => {
  stopLeftover()
  rmSync(folder, { recursive: true, force: true })
})

/** What openssl asks for: country, state, locality, organisation, unit, name and mail address. */
const subject = ['FI', '', 'Helsinki', 'Testivirasto', '', 'TestClient', '']

/** Runs blocks of the guide in one shell, as a reader would; the output and exit code of each. */
async function follow(blocks: readonly string[]): Promise<{ output: string; code: number }[]> {
  const script = blocks.map((block) => `echo '=== block'\n${block}\necho "=== exit $?"`).join('\n')
  const environment = { ...process.env, checkout: root }
  // Detached from the terminal of whoever runs the tests, openssl asks its questions on standard input.
  const shell = spawn('bash', ['-c', `set -m\n${script}`], { cwd: folder, env: environment, detached: true })
  shell.stdin.end(`${subject.join('\n')}\n`)
  let printed = ''
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk
    })
  }
  await new Promise((resolve) => shell.once('close', resolve))
  return printed
    .split('=== block\n')
    .slice(1)
    .map((part) => ({ output: part, code: Number(/=== exit (\d+)/.exec(part)?.[1]) }))
}

/** Ends what a guide that fails in the middle leaves running. */
function stopLeftover(): void {
  try {
    const { pid } = JSON.parse(readFileSync(join(folder, '.roadworthy', 'running.json'), 'utf8')) as { pid: number }
    process.kill(pid)
  } catch {
    // Nothing runs: the guide has stopped it.
  }
}

function find(beginning: string): string {
  const block = commands.find((one) => one.startsWith(beginning))
  if (block === undefined) throw new Error(`the guide has no block that begins with: ${beginning}`)
  return block
}

test("the guide's own steps work as printed", { timeout: 60_000 }, async () => {
  const done = await follow(commands)
  const outputOf = (beginning: string, nth = 0) => {
    const places = commands.flatMap((block, index) => (block.startsWith(beginning) ? [index] : []))
    return done[places[nth] as number] as { output: string; code: number }
  }

  const hash = /sha256 Fingerprint=(\S+)/i.exec(outputOf('openssl x509').output)?.[1] ?? 'no hash'
  expect(outputOf('roadworthy certificate add').output).toContain(`SHA-256 ${hash}`)

  const numbers = /<(?:\w+:)?data>(\d+)</.exec(outputOf('curl -E').output)?.[1]
  expect(Number(numbers)).toBeGreaterThanOrEqual(0)
  expect(Number(numbers)).toBeLessThanOrEqual(100)

  const refused = outputOf('curl -k').output
  expect(refused).toContain('<faultcode>server.clientproxy.ssl_authentication_failed</faultcode>')

  expect(outputOf('curl -E', 1).output).toMatch(/\{"data":\d+\}/)
  expect(outputOf('curl -E', 2).output).toContain('{"message":"Hello Ada! Greetings from adapter server!"}')
  expect(outputOf('curl -E', 3).output).toMatch(/\{"data":\d+\}/)
  // The other name: no block but this one fails.
  expect(outputOf('curl -E', 4).code).toBe(60)
  expect(done.map(({ code }) => code)).toEqual(commands.map((block) => (block.includes('other.example') ? 60 : 0)))
  expect(readdirSync(join(folder, '.roadworthy'))).not.toContain('running.json')
})

describe('the refusal without a certificate has the wording of the profile', () => {
  const rows = [...guide.matchAll(/^\| `([\w.-]+)` +\| `([^`]+)` +\| `([^`]+)` +\|$/gm)]

  test.for(rows.map(([, profile = '', code = '', text = '']) => [profile, code, text] as const))(
    'profile %s',
    { timeout: 60_000 },
    async ([profile, code, text]) => {
      const [, , , , answer] = await follow([
        find('ln -s'),
        find('roadworthy up').replace('up', `up --profile ${profile}`),
        find('until test'),
        find('cat > getRandom.xml'),
        find('curl -k'),
        find('kill'),
      ])
      expect(answer?.output).toContain(`<faultcode>${code}</faultcode><faultstring>${text}</faultstring>`)
    },
  )
})
