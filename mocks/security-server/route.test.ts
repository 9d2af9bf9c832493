import { describe, expect, test } from 'vitest'
import { type ClientId, parseClientPath, type ServerId } from '../../fixtures/identifiers.ts'
import type { GlobalConfiguration, GlobalServer } from './global-configuration.ts'
import { route } from './route.ts'

const provider = client('FI/GOV/1/Provider')

describe('the server that a message goes to', () => {
  test('hosts the provider, and runs if one of them does', () => {
    const servers = [server('ss1', { clients: [] }), server('ss2', { running: false }), server('ss3')]
    expect(find(servers).code).toBe('ss3')
    expect(find(servers.slice(0, 2)).code, 'to be found unreachable later').toBe('ss2')
  })

  test('is the one that the message names', () => {
    expect(find([server('ss1'), server('ss2')], { target: 'ss2' }).code).toBe('ss2')
  })

  test('is not in maintenance, if there is another', () => {
    const servers = [server('ss1', { maintenance: { message: undefined } }), server('ss2')]
    expect(find(servers).code).toBe('ss2')
  })
})

describe('a message to another instance', () => {
  const service = { kind: 'service', provider: client('EE/GOV/1/Provider'), serviceCode: 's' } as const
  const target: ServerId = {
    kind: 'server',
    owner: { kind: 'member', instance: 'EE', memberClass: 'GOV', memberCode: '1' },
    serverCode: 'ss1',
  }
  const there = { ...server('ss1', { clients: ['EE/GOV/1/Provider'] }), id: target, address: 'ss1.ee.example' }

  function configuration(instance: string, servers: readonly GlobalServer[]): GlobalConfiguration {
    return { instance, members: [], servers, authorities: [], groups: new Map() }
  }

  function federated(isExpired: boolean): GlobalConfiguration {
    const federated = [{ configuration: configuration('EE', [there]), isExpired }]
    return { ...configuration('FI', [server('ss1')]), federated }
  }

  test('goes to a server of that instance, while its configuration has not expired', () => {
    expect(route(service, undefined, federated(false), () => 'uuid').address).toBe('ss1.ee.example')
    expect(route(service, target, federated(false), () => 'uuid').address).toBe('ss1.ee.example')
    const expired = () => route(service, undefined, federated(true), () => 'uuid')
    expect(expired).toThrow('Shared params for instance identifier EE not found')
  })

  test('is refused if it names a server of an instance that nobody knows', () => {
    const own = { ...service, provider }
    const call = () => route(own, target, configuration('FI', [server('ss1')]), () => 'uuid')
    expect(call).toThrow('Shared params for instance identifier EE not found')
  })
})

describe('a message without a server', () => {
  const closed = { maintenance: { message: 'Back at {noon}' } }

  test.for([
    [
      [server('ss1', { clients: [] })],
      {},
      'Could not find addresses for service provider "SERVICE:FI/GOV/1/Provider/s"',
    ],
    [[server('ss1')], { instance: 'EE' }, 'Shared params for instance identifier EE not found'],
    [[server('ss1')], { target: 'ss2' }, 'Could not find security server "SERVER:FI/GOV/1/ss2"'],
    [
      [server('ss1'), server('ss2', { clients: [] })],
      { target: 'ss2' },
      'Invalid security server "SERVER:FI/GOV/1/ss2"',
    ],
    [
      [server('ss1', { maintenance: { message: undefined } })],
      {},
      'Security server with address "ss1.example" is in maintenance mode',
    ],
    [
      [server('ss1', { maintenance: { message: '' } })],
      {},
      'Security server with address "ss1.example" is in maintenance mode',
    ],
    [
      [server('ss1', closed), server('ss2', closed)],
      {},
      'Security server with address "ss1.example" is in maintenance mode. Message from "ss1.example" administrator: Back at {noon}',
    ],
    [
      [server('ss1', closed), server('ss2')],
      { target: 'ss1' },
      'Security server "SERVER:FI/GOV/1/ss1" with address "ss1.example" is in maintenance mode. Message from "SERVER:FI/GOV/1/ss1" administrator: Back at {noon}',
    ],
  ] as const)('%#: is told why', ([servers, options, message]) => {
    expect(() => find(servers, options)).toThrow(message)
  })
})

function find(servers: readonly GlobalServer[], options: { target?: string; instance?: string } = {}): GlobalServer {
  const { target, instance = 'FI' } = options
  const service = { kind: 'service', provider: { ...provider, instance }, serviceCode: 's' } as const
  const global: GlobalConfiguration = { instance: 'FI', members: [], servers, authorities: [], groups: new Map() }
  return route(service, target === undefined ? undefined : serverId(target), global, () => 'uuid')
}

function server(
  code: string,
  facts: { clients?: readonly string[]; running?: boolean; maintenance?: GlobalServer['maintenance'] } = {},
): GlobalServer {
  const { clients = ['FI/GOV/1/Provider'], running = true, maintenance } = facts
  return {
    id: serverId(code),
    code,
    address: `${code}.example`,
    running,
    clients: new Set(clients),
    maintenance,
    authenticationCertificates: new Set(),
  }
}

function serverId(serverCode: string): ServerId {
  return { kind: 'server', owner: { kind: 'member', instance: 'FI', memberClass: 'GOV', memberCode: '1' }, serverCode }
}

function client(path: string): ClientId {
  const id = parseClientPath(path)
  if (id === undefined) throw new Error(`not the path of a client: ${path}`)
  return id
}
