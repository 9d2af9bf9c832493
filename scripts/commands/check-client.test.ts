import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type EndedCommand, startCommand } from '../command-process.ts'
import { readPackageFacts } from '../package-facts.ts'

// Each command is a process of its own, and takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

// The guide's own client is one that does as it should.
const { root } = readPackageFacts()
const guide = readFileSync(join(root, 'docs', 'clients.md'), 'utf8')
const [, ownClient = ''] = /^```sh\n# client\.sh\n([\s\S]*?)^```$/m.exec(guide) ?? []
const [, words = ''] = /^```sh\nnpx roadworthy (check-client -- .*)\n```$/m.exec(guide) ?? []

const service = 'r1/FI-DEV/GOV/0245437-2/TestService/rest-test/random'
const topology = join(root, 'fixtures', 'topologies', 'minimal.yaml')

const execute = promisify(execFile)

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'roadworthy-check-client-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Judges a client that makes this call with curl. */
function check(curl: string, ...options: string[]): Promise<EndedCommand> {
  writeFileSync(join(folder, 'client.sh'), `curl --silent --show-error --max-time 10 ${curl}\n`)
  return startCommand(['check-client', '--topology', topology, ...options, '--', 'sh', 'client.sh'], folder).ended
}

const trusting = '--cacert "$ROADWORTHY_TRUST"'
const presenting = '--cert "$ROADWORTHY_CERTIFICATE" --key "$ROADWORTHY_KEY"'
const calling = `--header "X-Road-Client: $ROADWORTHY_CLIENT" --header "X-Road-Id: $(cat /proc/sys/kernel/random/uuid)"`
const secure = `"$ROADWORTHY_HTTPS_URL/${service}"`

test('the client of the guide conforms', async () => {
  writeFileSync(join(folder, 'client.sh'), ownClient)
  const args = words.replace('check-client', 'check-client --json --strict').split(' ')
  const { code, stdout, stderr } = await startCommand(args, folder).ended
  const { verdicts } = JSON.parse(stdout)
  expect(verdicts, stderr).toMatchObject({ fail: 0, warning: 0, inconclusive: 0 })
  expect(verdicts.pass).toBeGreaterThan(9)
  expect(code).toBe(0)
})

test.for([
  ['presents no certificate', `${trusting} ${calling} ${secure}`, 1, 'presents a certificate that it lists'],
  ['calls over HTTP', `${calling} "$ROADWORTHY_HTTP_URL/${service}"`, 1, 'client always calls over https'],
  [
    'falls back to HTTP',
    `--fail ${trusting} ${presenting} ${calling} ${secure} || curl --silent ${calling} "$ROADWORTHY_HTTP_URL/${service}"`,
    1,
    'client always calls over https',
  ],
  ['trusts anybody', `--insecure ${presenting} ${calling} ${secure}`, 0, "with somebody else's certificate"],
] as const)('a client that %s does not', async ([, curl, code, scenario]) => {
  const done = await check(curl)
  expect(done.stderr).toMatch(new RegExp(`(FAILED|WARNING) [^\\n]*${scenario}`))
  expect(done.stderr).not.toContain('INCONCLUSIVE')
  expect(done.code).toBe(code)
})

test('a client that says in no handshake whom it calls is judged by its calls, even if it leaves at once', async () => {
  const open = `openssl s_client -quiet -noservername -verify_return_error -CAfile "$ROADWORTHY_TRUST"`
  const credentials = `-cert "$ROADWORTHY_CERTIFICATE" -key "$ROADWORTHY_KEY"`
  writeFileSync(
    join(folder, 'client.sh'),
    `host=\${ROADWORTHY_HTTPS_URL#https://}
    printf "GET /${service} HTTP/1.1\\r\\nHost: $host\\r\\nX-Road-Client: $ROADWORTHY_CLIENT\\r\\nAccept: */*\\r\\n\\r\\n" |
      ${open} ${credentials} -no_ign_eof -verify_hostname localhost -connect "$host"\n`,
  )
  const args = ['check-client', '--topology', topology, '--strict', '--', 'sh', 'client.sh']
  const { code, stderr } = await startCommand(args, folder).ended
  expect(stderr).toContain('The client conforms: ')
  expect(code).toBe(0)
})

test('calls that the server refuses are told of', async () => {
  const { stderr } = await check(`${trusting} ${calling} ${secure}`)
  expect(stderr).toContain('The security server refused 1 of 1 calls, the first (call 1) with ')
  expect(stderr).toContain('ssl_authentication_failed')
})

test('the record holds no key and no certificate', async () => {
  await check(`${trusting} ${presenting} ${calling} ${secure}`, '--out', 'run.json', '--html', 'run.html')
  const reports = ['run.json', 'run.html'].map((name) => readFileSync(join(folder, name), 'utf8'))
  expect(reports.filter((report) => report.includes('-----BEGIN'))).toHaveLength(0)
})

test('nothing is judged where nobody calls', async () => {
  writeFileSync(join(folder, 'client.sh'), 'exit 3\n')
  const args = ['check-client', '--topology', topology, '--', 'sh', 'client.sh']
  const { code, stderr } = await startCommand(args, folder).ended
  expect(stderr).toContain('The command ended with exit code 3 while everything was as it should be')
  expect(stderr).toMatch(/Nobody called https:\/\/localhost:\d+, so nothing was judged/)
  expect(code).toBe(3)
})

test.for([
  [['--', 'no-such-program'], 'cannot start no-such-program (ENOENT); write the command of your client behind --'],
  [['--', ''], 'the command behind -- is empty'],
  [['--seconds', 'soon', '--', 'true'], 'write a whole number from 1 to 86400.'],
  [['--client', 'FI-DEV/GOV/0245437-2/TestCleint', '--', 'true'], 'write FI-DEV/GOV/0245437-2/TestClient'],
  [['--profile', '7.9', '--', 'true'], 'there is no profile "7.9"'],
] as const)('2: %j', async ([args, message]) => {
  const { code, stderr } = await startCommand(['check-client', '--topology', topology, ...args], folder).ended
  expect(stderr).toContain(message)
  expect(code).toBe(2)
})

test('a command that does not end is ended, with all that it has started', async () => {
  writeFileSync(join(folder, 'client.sh'), 'sleep 4711 & echo $! > pid; wait\n')
  const args = ['check-client', '--topology', topology, '--seconds', '1', '--', 'sh', 'client.sh']
  const { code, stderr } = await startCommand(args, folder).ended
  expect(stderr).toContain('was not done within 1 s (--seconds) and was ended')
  expect(code).toBe(3)
  const pid = readFileSync(join(folder, 'pid'), 'utf8').trim()
  await vi.waitFor(() => expect(commandLine(pid)).not.toContain('4711'))
})

/** Of a process that has ended nothing is left, or a name without arguments. */
function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

test('without a command calls are taken until Ctrl-C, and judged', async () => {
  const running = startCommand(['check-client', '--topology', topology], folder)
  const said = await running.said('press Ctrl-C')
  const url = /https:\/\/[^ ]+:\d+/.exec(said)?.[0] ?? ''
  const header = 'X-Road-Client: FI-DEV/GOV/0245437-2/TestClient'
  const { stdout } = await execute('curl', ['--silent', '--insecure', '--header', header, `${url}/${service}`])
  expect(stdout).toContain('ssl_authentication_failed')
  running.kill('SIGINT')
  const { code, stderr } = await running.ended
  expect(stderr).toContain('FAILED client of type https presents a certificate that it lists')
  expect(stderr).toContain('the client was not started again while another server stood in the place of its own')
  expect(code).toBe(1)
})
