import { readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type RunningProgram, type RunningServer, startProgram } from './server-process.ts'
import type { TestCertificates } from './test-certificates.ts'

/** nginx with the TLS that its package and OpenSSL give it, changed by directives. */
export async function startNginx({ folder, rsa }: TestCertificates, directives: string): Promise<RunningServer> {
  const path = join(folder, `nginx-${++started}`)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((one) => `${one}_temp_path ${path}.tmp;`)
  const configuration = `daemon off; master_process off; pid ${path}.pid; error_log stderr notice;
events {}
http {
  access_log off; ${temporary.join(' ')}
  server {
    listen unix:${path}.sock ssl;
    ssl_certificate ${rsa.certificate};
    ssl_certificate_key ${rsa.key};
    ${directives}
    location / { return 200; }
  }
}\n`
  writeFileSync(`${path}.conf`, configuration)
  return await behindPort(`${path}.sock`, startProgram('nginx', ['-p', folder, '-e', 'stderr', '-c', `${path}.conf`]))
}

/** HAProxy in front of nothing, with options for its TLS. */
export async function startHaproxy({ folder, rsa }: TestCertificates, bindOptions: string): Promise<RunningServer> {
  const path = join(folder, `haproxy-${++started}`)
  const configuration = `global
  maxconn 200
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend tls
  bind unix@${path}.sock ssl crt ${path}.pem ${bindOptions}
  http-request return status 200\n`
  writeFileSync(`${path}.cfg`, configuration)
  const both = [rsa.key, rsa.certificate].map((file) => readFileSync(file, 'utf8'))
  writeFileSync(`${path}.pem`, both.join(''), { mode: 0o600 })
  return await behindPort(`${path}.sock`, startProgram('haproxy', ['-db', '-f', `${path}.cfg`]))
}

let started = 0

/** These two cannot listen on whatever port is free, so they listen on a path, and a port of ours leads to it. */
async function behindPort(path: string, program: RunningProgram): Promise<RunningServer> {
  await Promise.race([accepting(path), program.failure])
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (outer) => {
    const inner = connect({ path, allowHalfOpen: true })
    for (const [from, to] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      open.add(from)
      from.once('close', () => open.delete(from) && to.destroy())
      from.on('error', () => to.destroy()).pipe(to)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as { port: number }).port,
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of open) socket.destroy()
      await program[Symbol.asyncDispose]()
    },
  }
}

/** Resolves once somebody listens on the path. */
async function accepting(path: string): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const accepted = await new Promise<boolean>((resolve) => {
      const socket = connect({ path }, () => resolve(true)).on('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (accepted) return
    await wait(20)
  }
  throw new Error(`nobody listens on ${path}`)
}
