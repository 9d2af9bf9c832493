import { deflateSync, gzipSync } from 'node:zlib'
import { clientIdOf } from '../../fixtures/identifiers.ts'
import { writeEnvelope } from '../client/soap-envelope.ts'

const id = 'ATTACK-ID'
const path = '/r1/FI/GOV/1/Provider/rest'
const rest = `Host: ss1\r\nX-Road-Client: FI/GOV/1/Client\r\nX-Road-Id: ${id}\r\n`

function envelope(serviceCode: string, body?: string): string {
  const [client, provider] = [clientIdOf('FI/GOV/1/Client'), clientIdOf('FI/GOV/1/Provider')]
  const text = writeEnvelope({ client, service: { kind: 'service', provider, serviceCode }, id })
  return body === undefined ? text : text.replace(/(<[^>]*Body>).*(<\/)/s, `$1${body}$2`)
}

function post(type: string, body: string, fields = ''): Buffer {
  const length = Buffer.byteLength(body)
  const head = `POST / HTTP/1.1\r\nHost: ss1\r\nContent-Type: ${type}\r\n${fields}Content-Length: ${length}\r\n\r\n`
  return Buffer.from(head + body)
}

const multipart = `--b\r\nContent-Type: text/xml\r\n\r\n${envelope('soap')}\r\n--b\r\nContent-Type: image/png\r\nContent-ID: <1>\r\n\r\nPNG\r\n--b--\r\n`
const soapFault =
  '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><e:Fault><faultcode>a</faultcode><faultstring>b</faultstring><detail/></e:Fault></e:Body></e:Envelope>'

/** Requests that are right, or nearly so: what is worth damaging. */
export const requests: readonly Buffer[] = [
  Buffer.from(`GET ${path}/a%2Fb;c=d?e=f HTTP/1.1\r\n${rest}Accept: text/xml, */*\r\n\r\n`),
  Buffer.from(`POST ${path} HTTP/1.1\r\n${rest}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`),
  Buffer.from(`PUT ${path}/ HTTP/1.1\r\n${rest}Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nA: b\r\n\r\n`),
  Buffer.from(`DELETE ${path} HTTP/1.0\r\n${rest}Connection: keep-alive\r\nContent-Length: 5\r\n\r\nhello`),
  Buffer.from(`PATCH ${path} HTTP/1.1\r\n${rest}Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello`),
  Buffer.from(`HEAD http://ss1${path} HTTP/1.1\r\n${rest}X-Road-Represented-Party: COM/1\r\n\r\n`),
  Buffer.from(`GET /r1/FI/GOV/1/Provider/openapi/x HTTP/1.1\r\n${rest}X-Road-Security-Server: FI/GOV/1/ss1\r\n\r\n`),
  Buffer.from('GET /r1/FI/GOV/1/Provider/listMethods HTTP/1.1\r\nHost: ss1\r\nX-Road-Client: FI/GOV/1/Client\r\n\r\n'),
  Buffer.from('GET /listClients?xRoadInstance=FI HTTP/1.1\r\nHost: ss1\r\nAccept: application/json\r\n\r\n'),
  Buffer.from('GET /asic?xRoadInstance=FI&memberClass=GOV&memberCode=1&queryId=1 HTTP/1.1\r\nHost: ss1\r\n\r\n'),
  Buffer.from('GET /verificationconf HTTP/1.1\r\nHost: ss1\r\n\r\n'),
  Buffer.from('CONNECT ss1:443 HTTP/1.1\r\nHost: ss1:443\r\n\r\n'),
  Buffer.from('OPTIONS * HTTP/1.1\r\nHost: ss1\r\n\r\n'),
  post('text/xml; charset=UTF-8', envelope('soap'), 'SOAPAction: "urn:a"\r\n'),
  post(
    'text/xml',
    envelope(
      'getWsdl',
      '<x:getWsdl xmlns:x="http://x-road.eu/xsd/xroad.xsd"><x:serviceCode>soap</x:serviceCode></x:getWsdl>',
    ),
  ),
  post('application/xop+xml', `<?xml version="1.0" encoding="ISO-8859-1"?>${envelope('soap', '<soap>\xe4</soap>')}`),
  post('multipart/related; boundary="b"; type="text/xml"', multipart),
  post('text/xml', soapFault),
  Buffer.from('\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03', 'latin1'),
]

function answer(status: number, fields: string, body: Buffer | string): Buffer {
  const bytes = Buffer.from(body)
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status} Reason\r\n${fields}Content-Length: ${bytes.length}\r\n\r\n`),
    bytes,
  ])
}

/** Answers of a provider, to be damaged likewise. */
export const answers: readonly Buffer[] = [
  answer(200, 'Content-Type: application/json\r\nX-Road-Id: forged\r\nSet-Cookie: a=b\r\n', '{}'),
  answer(404, 'Date: Thu, 01 Jan 1970 00:00:00 GMT\r\nDate: x\r\nX-Road-Error: forged\r\n', 'not found'),
  answer(200, 'Content-Encoding: gzip\r\n', gzipSync('compressed')),
  answer(200, 'Content-Encoding: deflate\r\n', deflateSync('compressed')),
  answer(200, 'Content-Type: text/xml\r\n', envelope('soap')),
  answer(500, 'Content-Type: text/xml\r\n', soapFault),
  answer(200, 'Content-Type: multipart/related; boundary=b\r\n', multipart),
  answer(200, 'Content-Type: multipart/related; boundary=b\r\nContent-Encoding: gzip\r\n', gzipSync(multipart)),
  Buffer.from('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n'),
  Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nA: b\r\n\r\n'),
  Buffer.from('HTTP/1.0 304 Not Modified\r\nETag: "a"\r\n\r\n'),
  Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end'),
]
