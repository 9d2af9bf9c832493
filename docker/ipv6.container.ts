import { randomBytes, randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { containerPorts, containerVariables, defaultImage, healthPath } from '../fixtures/container-layout.ts'
import { topologyFile } from '../scripts/package-facts.ts'
import { containerTest } from '../suites/containers/container-test.ts'
import { engine } from './container-engine.ts'

containerTest('where the network has IPv6, every listener takes calls by it, and by IPv4', async (leaveOut) => {
  const name = `roadworthy-ipv6-${randomUUID()}`
  // Of the addresses that everybody may use at home.
  const subnet = `fd${randomBytes(5)
    .toString('hex')
    .replace(/(..)(....)(....)/, '$1:$2:$3')}::/64`
  const made = await engine(['network', 'create', '--ipv6', '--subnet', subnet, name])
  if (made.code !== 0) leaveOut(`the engine makes no network with IPv6: ${made.stderr.trim()}`)
  try {
    const options = ['--detach', '--rm', '--name', name, '--network', name]
    const mount = ['--volume', `${topologyFile('minimal')}:/etc/roadworthy/topology.yaml:ro`]
    const role = ['--env', `${containerVariables.role}=environment`]
    await engine(['run', ...options, ...mount, ...role, defaultImage])
    const node = (script: string) => engine(['exec', name, '/usr/bin/node', '--input-type=module', '--eval', script])
    const { stdout, stderr } = await node(asked)
    expect(stdout, stderr).toBe('4 200\n6 200\n4 500\n6 500\n')
  } finally {
    await engine(['rm', '--force', '--volumes', name])
    await engine(['network', 'rm', name])
  }
})

/** Asks the control interface for the health, once that is there, and the server for a page that it has not. */
const asked = `
import { networkInterfaces } from 'node:os'
import { setTimeout } from 'node:timers/promises'
const outside = Object.values(networkInterfaces()).flat().filter(({ internal, scopeid }) => !internal && !scopeid)
const hosts = outside.map(({ family, address }) => [family.at(-1), family === 'IPv6' ? '[' + address + ']' : address])
hosts.sort()
const statusOf = (url) => fetch(url).then(({ status }) => status, () => undefined)
for (const deadline = Date.now() + 20_000; Date.now() < deadline; await setTimeout(100)) {
  if ((await statusOf('http://127.0.0.1:${containerPorts.control}${healthPath}')) === 200) break
}
for (const path of ['${containerPorts.control}${healthPath}', '${containerPorts.servers.http}/r1/']) {
  for (const [family, host] of hosts) console.log(family, await statusOf('http://' + host + ':' + path))
}
`
