import type { NetworkInterfaceInfo } from 'node:os'
import { expect, test } from 'vitest'
import { everyAddress } from './every-address.ts'

const address = (family: 'IPv4' | 'IPv6', internal: boolean) => ({ family, internal }) as NetworkInterfaceInfo

test('a machine that others reach by IPv6 listens by it, and one with nothing but a loopback does not', () => {
  const lo = [address('IPv4', true), address('IPv6', true)]
  expect(everyAddress({ lo, eth0: [address('IPv4', false)] })).toBe('0.0.0.0')
  expect(everyAddress({ lo, eth0: [address('IPv4', false), address('IPv6', false)] })).toBe('::')
  expect(everyAddress({ lo, eth0: [address('IPv6', false)] })).toBe('::')
})
