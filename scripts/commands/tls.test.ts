import { createServer, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { createServer as createTlsServer } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { UsageError } from '../../fixtures/usage-error.ts'
import { makeSelfSigned } from '../../suites/client/self-signed.ts'
import { runCommandLine } from '../command-process.ts'
import { tlsCommand } from './tls.ts'

const { certificate: cert, key } = makeSelfSigned('probed.example')

test('0: versions, suites, groups and certificate of a server, for people and for programs', async () => {
  const server = createTlsServer({ cert, key, minVersion: 'TLSv1.2' })
  const where = await listening(server)
  const { code, text } = await run(where)
  expect({ code, text }).toMatchObject({ code: 0, text: expect.stringMatching(/^ {2}TLSv1\.3 {2}yes {2}3 suites$/m) })
  expect(text).toMatch(/^ {2}TLSv1\.1 {2}no {3}protocol_version$/m)
  expect(text).toContain('\n  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\n')
  expect(text).toContain('\n  CN=probed.example\n')
  const json = JSON.parse((await run(where, '--json', '-s', 'other.example')).text)
  expect(json).toMatchObject({ serverName: 'other.example', chains: [{ certificates: [{ key: 'rsa 2048' }] }] })
})

test.for([
  ['2: no port', ['example.org'], 'not a host and a port'],
  ['2: an address without its brackets', ['::1:443'], 'not a host and a port'],
  ['2: a port that is none', ['example.org:70000'], 'write one from 1 to 65535'],
] as const)('%s', async ([, options, remedy]) => {
  await expect(run(...options)).rejects.toThrow(UsageError)
  await expect(run(...options)).rejects.toThrow(remedy)
})

test.for([
  ['silent', () => {}, 'takes the connection and says nothing'],
  ['plain HTTP', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), 'speaks HTTP without TLS'],
  ['plain HTTP that waits for a request line', answerHead, 'speaks HTTP without TLS'],
  ['garbage', (socket) => socket.write(Buffer.of(1, 2, 3, 255)), 'begins with 010203ff'],
  ['another protocol', (socket) => socket.write('SSH-2.0-x\r\n'), 'begins with "SSH-2.0-x"'],
  ['one byte at a time', (socket) => socket.write(Buffer.of(22)), 'said only 1 byte within 300 ms'],
  ['closed at once', (socket) => socket.end(), 'closes the connection at every TLS hello'],
  ['reset at once', (socket) => socket.resetAndDestroy(), 'closes the connection at every TLS hello'],
] as const satisfies readonly Failure[])('3: a server that is %s', async ([, behave, sentence]) => {
  const where = await listening(createServer({ allowHalfOpen: true }, (socket) => behave(ignoreErrors(socket))))
  const started = performance.now()
  const { code, text, warning } = await run(where, '--timeout', '300', '--json')
  expect(performance.now() - started).toBeLessThan(300 + slack)
  expect({ code, warning }).toEqual({ code: 3, warning: expect.stringMatching(/^[^\n]+\n$/) })
  expect(warning).toContain(sentence)
  expect(warning).toContain(where)
  expect(JSON.parse(text)).toMatchObject({ failure: { message: warning.trimEnd() } })
})

test('3: a server that dribbles its answer for ever, and one that stops to take connections', async () => {
  const dribbling = createServer((socket) => void dribble(ignoreErrors(socket)))
  expect((await run(await listening(dribbling), '--timeout', '400')).warning).toMatch(/said only \d+ bytes/)
  const once = createServer((socket) => {
    ignoreErrors(socket).once('data', () => socket.end(Buffer.of(21, 3, 1, 0, 2, 2, 40)))
    once.close()
  })
  expect(await run(await listening(once))).toMatchObject({ code: 3, warning: expect.stringContaining('ECONNREFUSED') })
})

test('3: nobody listens, and a name without an address', async () => {
  const server = createServer()
  const where = await listening(server)
  await new Promise((resolve) => server.close(resolve))
  expect(await run(where)).toMatchObject({ code: 3, warning: expect.stringContaining('the connection is refused') })
  const { warning } = await run('host.invalid:443', '--timeout', '5000')
  expect(warning).toMatch(/^host\.invalid (has no address|was not resolved)/)
})

test('the command line explains itself, and its mistakes end with 2', async () => {
  const { code, stdout } = await runCommandLine(['tls', '--help'], '.')
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('Exit codes:') })
  expect(await runCommandLine(['tls', 'example.org:443', '--timeout', 'soon'], '.')).toMatchObject({ code: 2 })
  expect(await runCommandLine(['tls'], '.')).toMatchObject({ code: 2, stderr: expect.stringContaining('host:port') })
})

type Failure = readonly [string, (socket: Socket) => unknown, string]

/** Milliseconds that a busy machine may take on top of a time limit. */
const slack = 2000

function answerHead(socket: Socket): void {
  socket.on('data', (data) => data.toString('latin1').startsWith('HEAD ') && socket.end('HTTP/1.0 200 OK\r\n\r\n'))
}

async function dribble(socket: Socket): Promise<void> {
  for (const byte of [22, 3, 3, 0, 80, 2, 0, 0, 76, 3, 3]) {
    socket.write(Buffer.of(byte))
    await wait(40)
    if (socket.destroyed) return
  }
}

function ignoreErrors(socket: Socket): Socket {
  return socket.on('error', () => socket.destroy()).resume()
}

/** Where the server listens; it ends with the test. */
async function listening(server: ReturnType<typeof createServer>): Promise<string> {
  const open = new Set<Socket>()
  server.on('connection', (socket) => open.add(socket))
  onTestFinished(() => {
    server.close()
    for (const socket of open) socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `127.0.0.1:${(server.address() as { port: number }).port}`
}

async function run(...options: string[]): Promise<{ code: unknown; text: string; warning: string }> {
  const before = process.exitCode
  let text = ''
  let warning = ''
  const surroundings = {
    write: (more: string) => {
      text += more
    },
    warn: (more: string) => {
      warning += more
    },
    leave: () => {},
  }
  await tlsCommand(surroundings).parseAsync(options, { from: 'user' })
  const { exitCode: code } = process
  process.exitCode = before
  return { code, text, warning }
}
