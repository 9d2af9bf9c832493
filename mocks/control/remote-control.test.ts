import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { UsageError } from '../../fixtures/usage-error.ts'
import { startControlServer } from './control-server.ts'
import { remoteControl, SilentRemote } from './remote-control.ts'

test('hands on what is said and what is refused', async () => {
  const refuse = () => {
    throw new UsageError('a reason')
  }
  await using control = await start({
    'POST /said': async ({ body }) => ({ said: await body() }),
    'GET /refused': refuse,
  })
  const remote = remoteControl('ss1', control.url, control.token)
  expect(await remote.ask('POST', '/said', { much: 1 })).toEqual({ said: { much: 1 } })
  await expect(remote.ask('GET', '/refused')).rejects.toThrow(new UsageError('a reason'))
  await expect(remote.ask('GET', '/none')).rejects.toThrow(new UsageError('ss1 refuses GET /none: no GET /none here'))
})

test('says that tokens differ, and that nobody is there', async () => {
  await using control = await start({})
  await expect(remoteControl('ss1', control.url, 'another').ask('GET', '/ready')).rejects.toThrow(
    'ss1 was started with another token; give all parts the same',
  )
  await control.stop()
  await expect(remoteControl('ss1', control.url, control.token).ask('GET', '/ready')).rejects.toThrow(
    new SilentRemote(`ss1 does not answer at ${control.url} (ECONNREFUSED)`),
  )
})

test('takes something else on that port for what it is', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/page') response.end('<html>')
    else response.writeHead(200).write('{')
    if (request.url === '/broken') response.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const remote = remoteControl('ss1', `http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'token')
  await expect(remote.ask('GET', '/page')).rejects.toThrow('ss1 refuses GET /page: 200, and no JSON')
  await expect(remote.ask('GET', '/broken')).rejects.toThrow(SilentRemote)
})

async function start(routes: Parameters<typeof startControlServer>[0]) {
  const control = await startControlServer(routes, (error) => expect.unreachable(error.message))
  return { ...control, [Symbol.asyncDispose]: control.stop }
}
