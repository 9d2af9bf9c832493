import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type RequestOptions, request } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { expect, onTestFinished } from 'vitest'
import { containerTest, type LeaveOut } from '../suites/containers/container-test.ts'
import { freePorts } from '../suites/target/containers/free-ports.ts'
import { composeCommand, startCompose } from './compose-project.ts'
import { engine } from './container-engine.ts'
import { buildHaproxyImage, hasHaproxy } from './haproxy-image.ts'

/** Milliseconds; every container makes its keys and waits for the others, and an engine looks after them now and then. */
const timeout = 180_000

const path = '/r1/FI-DEV/GOV/0245437-2/TestService/rest-test/random'

containerTest(
  'with compose.yaml the exchange layer is up as soon as the engine says that it is healthy',
  async (leaveOut) => {
    const [https = 0, ...others] = await freePorts(7)
    const names = ['CENTRAL_HTTP', 'REGISTRATION', 'CONTROL', 'HTTP', 'PROVIDER_HTTP', 'PROVIDER_HTTPS']
    const variables = Object.fromEntries(names.map((name, index) => [`ROADWORTHY_${name}`, `${others[index]}`]))
    await using layer = await startCompose(requireCompose(leaveOut), 'compose.yaml', {
      variables: { ...variables, ROADWORTHY_HTTPS: `${https}` },
    })
    const healthy = Object.fromEntries(
      ['central-server', 'ss1', 'ss2', 'test-services'].map((name) => [`${name}-1`, 'healthy']),
    )
    await expect.poll(() => layer.health(), { timeout: 150_000 }).toEqual(healthy)
    expect(await call(https)).toMatchObject({ status: 200 })
  },
  timeout,
)

containerTest(
  'through the load balancer every call is answered, the first included, with one certificate',
  async (leaveOut) => {
    const compose = requireCompose(leaveOut)
    if (!hasHaproxy) leaveOut('haproxy is not installed here; on Debian: apt-get install haproxy')
    const HAPROXY_IMAGE = `roadworthy-haproxy:${randomUUID()}`
    await buildHaproxyImage(HAPROXY_IMAGE)
    onTestFinished(async () => void (await engine(['image', 'rm', HAPROXY_IMAGE])))
    const [http = 0, https = 0, health = 0] = await freePorts(3)
    await using layer = await startCompose(compose, 'compose.haproxy.yaml', {
      variables: {
        HAPROXY_IMAGE,
        ROADWORTHY_HTTP: `${http}`,
        ROADWORTHY_HTTPS: `${https}`,
        ROADWORTHY_BALANCER_HEALTH: `${health}`,
      },
      scale: 'ss1=2',
    })
    const statusOfHealth = () =>
      fetch(`http://127.0.0.1:${health}/health`).then(
        ({ status }) => status,
        () => 0,
      )
    await expect.poll(statusOfHealth, { timeout: 10_000 }).toBe(200)
    const calls = [await call(https), await call(https), await call(https), await call(https)]
    expect(calls.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(new Set(calls.map(({ certificate }) => certificate)).size).toBe(1)
    expect(await layer.health()).toMatchObject({ 'ss1-1': 'healthy', 'ss1-2': 'healthy' })
  },
  timeout,
)

function requireCompose(leaveOut: LeaveOut): readonly [string, ...string[]] {
  return composeCommand() ?? leaveOut('there is no compose here; on Debian: apt-get install docker-compose')
}

/** A call of a client that presents nothing, over a connection of its own. */
async function call(port: number): Promise<{ readonly status: number | undefined; readonly certificate: string }> {
  const headers = { 'X-Road-Client': 'FI-DEV/EDU/3456789-0/NoAuth' }
  const options: RequestOptions = { host: '127.0.0.1', port, path, headers, agent: false, rejectUnauthorized: false }
  const sent = request(options).end()
  const [answer] = await once(sent, 'response')
  const { fingerprint256 } = (sent.socket as TLSSocket).getPeerCertificate()
  answer.resume()
  return { status: answer.statusCode, certificate: fingerprint256 }
}
