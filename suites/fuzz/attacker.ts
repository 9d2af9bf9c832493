import { connect as connectTcp, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import type { ProviderScript } from '../../fixtures/provider-script.ts'
import { type Attack, idPlaceholder } from './attack.ts'

/** What is attacked, and how its provider is told what to answer. */
export interface AttackTarget {
  readonly ports: { readonly http: number; readonly https: number }
  script(messageId: string, scripts: readonly ProviderScript[]): void
}

/** Milliseconds within which every connection must have come to its end. */
const timeLimit = 20_000

/** Carries an attack out and gives all that came back; rejects if the server keeps the connection beyond the time limit. */
export async function carryOut(
  { listener, raw, packets, end, provider }: Attack,
  target: AttackTarget,
  id: string,
): Promise<Buffer> {
  if (provider !== undefined) target.script(id, [provider])
  const options = { host: '127.0.0.1', port: target.ports[listener], allowHalfOpen: true }
  const socket =
    listener === 'http' || raw
      ? connectTcp(options)
      : connectTls({ ...options, rejectUnauthorized: false, maxVersion: 'TLSv1.2' })
  const received = collect(socket)
  await new Promise<void>((resolve) => {
    socket.once(listener === 'http' || raw ? 'connect' : 'secureConnect', resolve)
    socket.once('close', () => resolve())
  })
  for (const packet of packets) {
    const named = Buffer.from(
      packet.toString('latin1').replaceAll(idPlaceholder, id.padEnd(idPlaceholder.length)),
      'latin1',
    )
    if (!socket.destroyed) socket.write(named)
    // The next packet leaves in a turn of its own, or both would be one.
    await new Promise(setImmediate)
  }
  // A handshake that has come to a halt is given up after 30 s, which need not be waited for.
  if (listener === 'https' && raw) await Promise.race([received, sleep(100)])
  if (end === 'rst' || (listener === 'https' && raw)) socket.destroy()
  else if (!socket.destroyed) socket.end()
  return received
}

async function collect(socket: Socket): Promise<Buffer> {
  const parts: Buffer[] = []
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`the connection is still there after ${timeLimit} ms`)), timeLimit)
      socket.setNoDelay(true)
      socket.on('data', (part: Buffer) => parts.push(part))
      // A reset is an end like another.
      socket.on('error', () => socket.destroy())
      socket.once('end', () => resolve(Buffer.concat(parts)))
      socket.once('close', () => resolve(Buffer.concat(parts)))
    })
  } finally {
    clearTimeout(timer)
    socket.destroy()
  }
}
