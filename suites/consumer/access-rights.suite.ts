import { expect } from 'vitest'
import { scenario } from '../scenario.ts'
import { protocols } from '../target/protocol.ts'

// Who may call what: rights belong to exactly the client that was given them.
for (const protocol of protocols) {
  scenario(
    `service without any right closed to a client that may call others (${protocol})`,
    { covers: ['ACL-01'] },
    async (target) => {
      const service = target.service('closed', protocol)
      const seen = await target.ask(protocol, service, { client: target.client('https') })
      expect(seen).toBeFault('accessDenied', { origin: 'serverProxy', service })
    },
  )

  scenario(
    `client without rights denied what others may call (${protocol})`,
    { covers: ['ACL-02'] },
    async (target) => {
      const service = target.service('random', protocol)
      const seen = await target.ask(protocol, service, { client: target.client('without-rights') })
      expect(seen).toBeFault('accessDenied', { origin: 'serverProxy', service })
    },
  )

  scenario(
    `denied call reaches no information system (${protocol})`,
    { covers: ['ACL-02'], needs: ['control'] },
    async (target) => {
      const service = target.service('random', protocol)
      const seen = await target.ask(protocol, service, { client: target.client('without-rights') })
      expect(seen).toBeFault('accessDenied', { origin: 'serverProxy', service })
      expect(await target.providerCalls(seen)).toEqual([])
    },
  )

  scenario(
    `right of a subsystem is none of its siblings or its member (${protocol})`,
    { covers: ['ACL-02'] },
    async (target) => {
      const service = target.service('exclusive', protocol)
      for (const client of [target.client('sibling'), target.client('owner')]) {
        const seen = await target.ask(protocol, service, { client })
        expect(seen).toBeFault('accessDenied', { origin: 'serverProxy', service })
      }
    },
  )

  scenario(`right of a local group is one of its members (${protocol})`, { covers: ['ACL-04'] }, async (target) => {
    const { client, service } = target.grantedThrough('localGroup', protocol)
    expect(await target.ask(protocol, service, { client })).toBeServiceResponse()
  })

  scenario(`right of a local group is nobody else's (${protocol})`, { covers: ['ACL-04'] }, async (target) => {
    const { service } = target.grantedThrough('localGroup', protocol)
    const seen = await target.ask(protocol, service, { client: target.client('https') })
    expect(seen).toBeFault('accessDenied', { origin: 'serverProxy', service })
  })

  scenario(`right of a global group is one of its members (${protocol})`, { covers: ['ACL-03'] }, async (target) => {
    const { client, service } = target.grantedThrough('globalGroup', protocol)
    expect(await target.ask(protocol, service, { client })).toBeServiceResponse()
  })

  scenario(`right of a global group is nobody else's (${protocol})`, { covers: ['ACL-03'] }, async (target) => {
    const { service } = target.grantedThrough('globalGroup', protocol)
    const seen = await target.ask(protocol, service, { client: target.client('https') })
    expect(seen).toBeFault('accessDenied', { origin: 'serverProxy', service })
  })
}

scenario('right to a rest service opens every path and method of it', { covers: ['ACL-06'] }, async (target) => {
  const client = target.client('https')
  const service = target.service('random', 'rest')
  expect(await target.rest({ client }).get(service, '/random')).toBeServiceResponse()
  expect(await target.rest({ client }).get(service, '/hello')).toBeServiceResponse()
  expect(await target.rest({ client }).get(service, '/random', { method: 'POST' })).toBeServiceResponse({ status: 405 })
})

scenario('right to an endpoint opens it', { covers: ['ACL-07'] }, async (target) => {
  const { client, service } = target.grantedThrough('endpoint', 'rest')
  expect(await target.rest({ client }).get(service, '/random')).toBeServiceResponse()
})

scenario('query takes no part in the right to an endpoint', { covers: ['ACL-12'] }, async (target) => {
  const { client, service } = target.grantedThrough('endpoint', 'rest')
  expect(await target.rest({ client }).get(service, '/random?path=/hello')).toBeServiceResponse()
})

for (const [what, path, method] of [
  ['another path', '/hello', 'GET'],
  ['another method', '/random', 'POST'],
  ['a path below', '/random/more', 'GET'],
  ['a path reached through dots', '/random/../hello', 'GET'],
] as const) {
  scenario(`right to an endpoint does not open ${what}`, { covers: ['ACL-07'] }, async (target) => {
    const { client, service } = target.grantedThrough('endpoint', 'rest')
    const seen = await target.rest({ client }).get(service, path, { method })
    expect(seen).toBeFault('accessDenied', { origin: 'serverProxy', service })
  })
}

scenario('right to a service counts for every version of it', { covers: ['SOAP-HDR-15'] }, async (target) => {
  const seen = await target.soap({ client: target.client('https') }).call(target.versionForNobody())
  expect(seen).toBeServiceResponse()
})
