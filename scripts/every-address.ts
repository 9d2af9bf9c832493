import type { networkInterfaces } from 'node:os'
import type { EveryAddress } from '../fixtures/container-topology.ts'

/** Where to listen for calls from everywhere: by both protocols if others may reach this machine by IPv6, else by IPv4. */
export function everyAddress(interfaces: ReturnType<typeof networkInterfaces>): EveryAddress {
  const addresses = Object.values(interfaces).flatMap((found = []) => found)
  return addresses.some(({ family, internal }) => family === 'IPv6' && !internal) ? '::' : '0.0.0.0'
}
