import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { bindingsSchema } from '../../fixtures/bindings.ts'
import { topologySchema } from '../../fixtures/topology.ts'
import { makeSelfSigned } from '../client/self-signed.ts'
import { MisboundTarget, smoke } from './smoke.ts'

test('whoever trusts another certificate than that of the server is told what to do', async () => {
  const { certificate: cert, key } = makeSelfSigned('server')
  const server = createServer({ cert, key })
  onTestFinished(() => void server.close().closeAllConnections())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const https = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { certificate: trust } = makeSelfSigned('another')
  const refused = smoke({
    topology: topologySchema.parse({
      instance: 'X',
      memberClasses: ['GOV'],
      members: [{ id: 'X/GOV/1', name: 'One' }],
      servers: [{ code: 'ss1', owner: 'X/GOV/1' }],
    }),
    bindings: bindingsSchema.parse({ servers: { ss1: { https, trust } }, identities: {} }),
    profile: '7.8',
    exact: false,
  })
  await expect(refused).rejects.toThrow(
    new MisboundTarget(
      `The TLS connection to ${https} of ss1 fails on our side: the server's certificate is not the trusted one. Export the internal certificate of ss1 anew, and name it as trustFile in the bindings.`,
    ),
  )
})
