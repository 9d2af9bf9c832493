import { createServer } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { makeSelfSigned } from '../client/self-signed.ts'
import { clientHello } from './client-hello.ts'
import { greet } from './greet.ts'

const suite = 'TLS_RSA_WITH_AES_128_CBC_SHA'

test('a hello in SSL 3.0 is the one of its specification, byte by byte', () => {
  const head = Buffer.from('160300002f0100002b0300', 'hex')
  const body = Buffer.from('00' + '0004' + '002f00ff' + '0100', 'hex')
  expect(clientHello({ version: 'SSLv3', suites: [suite] }, Buffer.alloc(32, 5))).toEqual(
    Buffer.concat([head, Buffer.alloc(32, 5), body]),
  )
})

test('a hello in TLS 1.3 claims TLS 1.2, and says in an extension what it means', () => {
  const hello = clientHello({ version: 'TLSv1.3', oldest: 'TLSv1.1', suites: ['0x1301'] }, Buffer.alloc(32))
  expect(hello.subarray(9, 11)).toEqual(Buffer.of(3, 3))
  expect(hello.includes(Buffer.from('002b0007060304' + '0303' + '0302', 'hex'))).toBe(true)
  expect(hello.includes(Buffer.from('003300020000', 'hex'))).toBe(true)
})

test('a name that no registry knows is a defect of who offers it', () => {
  expect(() => clientHello({ version: 'TLSv1.2', suites: ['AES128-SHA'] }, Buffer.alloc(32))).toThrow('AES128-SHA')
})

test('a server reads from it the name and the protocols that it asks for', async () => {
  const { certificate: cert, key } = makeSelfSigned('hello.example')
  const asked: unknown[] = []
  const server = createServer({
    cert,
    key,
    ciphers: 'ALL:@SECLEVEL=0',
    ALPNCallback: ({ servername, protocols }) => {
      asked.push([servername, protocols])
      return 'h2'
    },
  })
  onTestFinished(() => void server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const naming = { serverName: 'a.example', applicationProtocols: ['x', 'h2'] }
  const greeting = await greet({ host: '127.0.0.1', port }, { version: 'TLSv1.2', suites: [suite], ...naming })
  expect(greeting).toMatchObject({ kind: 'greeted', suite })
  expect(asked).toEqual([['a.example', ['x', 'h2']]])
})
