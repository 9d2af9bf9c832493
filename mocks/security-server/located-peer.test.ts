import { expect, test } from 'vitest'
import type { ServerId } from '../../fixtures/identifiers.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import { locatedPeer } from './located-peer.ts'

const server: ServerId = {
  kind: 'server',
  owner: { kind: 'member', instance: 'OTHER', memberClass: 'GOV', memberCode: '1' },
  serverCode: 'ss1',
}

test.for([
  ['https://127.0.0.1:5501', '127.0.0.1', 5501],
  ['https://ss1.example.org:443/', 'ss1.example.org', 443],
  ['https://[::1]:5500', '::1', 5500],
] as const)('%s is a place', ([url, host, port]) => {
  expect(locatedPeer(server, url)).toEqual({ host, port })
})

test.for([
  '',
  'ss1',
  'ss1:5501',
  'http://ss1:5501',
  'https://ss1',
  'https://[::1]',
  'https://:5501',
  'https://ss1:70000',
  'https://ss1:5501/r1',
  'https://user:1@ss1:5501',
])('"%s" is none', (url) => {
  expect(() => locatedPeer(server, url)).toThrow(
    new UsageError(`locatePeer says "${url}" for OTHER/GOV/1/ss1; write https://host:port`),
  )
})
