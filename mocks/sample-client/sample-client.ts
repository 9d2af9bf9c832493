import { randomUUID } from 'node:crypto'
import { type RequestOptions, request as requestHttp } from 'node:http'
import { Agent, request as requestHttps } from 'node:https'
import { trustedBy } from '../client-recording/record-client.ts'
import type { RunningEnvironment } from '../environment.ts'
import type { SampleCall } from './sample-call.ts'
import { conductWith } from './sample-mistakes.ts'

/**
 * Makes the calls of an information system, one after the other, with these mistakes. What comes back is of no interest
 * to it, nor is it that nothing does: the security server sees what was sent.
 */
export async function actAsSample(environment: RunningEnvironment, misbehaviours: readonly string[]): Promise<void> {
  const conduct = conductWith(misbehaviours)
  const { http = '', https = '' } = environment.bindings.servers['ss1'] ?? {}
  const presenting = (name: string | undefined) => {
    const { certificate: cert, key } = environment.certificates.get(name ?? '') ?? {}
    return cert !== undefined && key !== undefined ? { cert, key } : {}
  }
  const agent = new Agent({
    keepAlive: true,
    ca: [...trustedBy(environment)],
    // OpenSSL would not present a weak key otherwise.
    ciphers: 'DEFAULT:@SECLEVEL=0',
    ...conduct.tls,
  })
  try {
    for (const [position, call] of conduct.calls(randomUUID).entries()) {
      const isPlain = conduct.plain.includes(position)
      const { port } = new URL(isPlain ? http : https)
      const certificate = conduct.certificate && (call.certificate ?? conduct.certificate)
      await make(call, { host: conduct.host, port, ...(!isPlain && { agent, ...presenting(certificate) }) })
    }
  } finally {
    agent.destroy()
  }
}

function make({ method, target, headers, body }: SampleCall, options: RequestOptions): Promise<void> {
  // Node would announce chunks of a POST without a length.
  const length: [string, string][] =
    body.length > 0 || method === 'POST' ? [['Content-Length', String(body.length)]] : []
  return new Promise((resolve) => {
    const request = (options.agent === undefined ? requestHttp : requestHttps)(
      {
        ...options,
        method,
        path: target,
        headers: [['Host', `${options.host}:${options.port}`], ...headers, ...length].flat(),
      },
      (response) =>
        response
          .on('error', () => resolve())
          .once('end', resolve)
          .resume(),
    )
    request.once('error', () => resolve()).end(body)
  })
}
