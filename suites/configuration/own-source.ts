import { createHash, randomUUID, sign, X509Certificate } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { versionSays } from '../../fixtures/configuration-version.ts'
import type { Identity } from '../client/connection.ts'
import { writeMultipart } from '../client/multipart.ts'
import type { Target } from '../target/target.ts'

/** What is wrong with what a source of ours answers from now on, or unusual: one more file, or hardly any validity. */
export type SourceFault = 'signature' | 'certificate' | 'hash' | 'expired' | 'unidentified' | 'brief'

/** Milliseconds that a directory which is said to be brief is valid. */
export const briefValidity = 2000

/** What becomes of a directory before it is signed. */
export type DirectoryChange = (directory: string) => string

/** A source of global configuration that a security server under test may download from. */
export interface OwnSource extends AsyncDisposable {
  readonly anchor: string
  /** The one version of the configuration that there is. */
  readonly version: number
  /** What was asked for, in order: `http /internalconf?version=6`, or `tls` for a handshake, which comes to nothing. */
  readonly asked: readonly string[]
  answerWith(fault: SourceFault | DirectoryChange | undefined): void
}

const sha512 = 'http://www.w3.org/2001/04/xmlenc#sha512'

export interface SourceOptions {
  /** Version 4 by default, or the newest that the target's release knows. */
  readonly version?: number
  /** What is federated with it. */
  readonly partner?: OwnSource
}

const usualVersion = 4

/** Serves a configuration of one version, signed with that key, where the target reaches it. */
export async function startOwnSource(
  { runner, profile }: Pick<Target, 'runner' | 'profile'>,
  { certificate, key }: Identity,
  { version = Math.min(usualVersion, profile.quirks.globalConfiguration.version), partner }: SourceOptions = {},
): Promise<OwnSource> {
  // Another one each time: a server that comes to know a new anchor by an old address must not take it for the old one.
  const instance = randomUUID()
  const asked: string[] = []
  const der = new X509Certificate(certificate).raw
  let fault: SourceFault | DirectoryChange | undefined
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, runner.listen, resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://${runner.host}:${port}/internalconf`
  const facts = { instance, url, der, version }
  const documents = writeDocuments(facts, partner)
  server.on('request', (request, response) => {
    asked.push(`http ${request.url}`)
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://source')
    const [, file = ''] = /^\/V\d\/([a-z]+)-params.xml$/.exec(pathname) ?? []
    const isDirectory = pathname === '/internalconf' && [null, `${version}`].includes(searchParams.get('version'))
    const answer = isDirectory ? writeDirectory(facts, documents, key, fault) : documents.get(file)
    response.writeHead(answer === undefined ? 404 : 200).end(answer)
  })
  server.on('clientError', (error: Error & { rawPacket?: Buffer }, socket) => {
    // The first byte of a TLS handshake.
    if (error.rawPacket?.[0] === 0x16) asked.push('tls')
    socket.destroy()
  })
  return {
    anchor: writeAnchor(facts),
    version,
    asked,
    answerWith(next) {
      fault = next
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface SourceFacts {
  readonly instance: string
  readonly url: string
  /** Of the signing certificate. */
  readonly der: Buffer
  readonly version: number
}

type Documents = ReadonlyMap<string, Buffer>

function writeDocuments({ instance, url, der, version }: SourceFacts, partner: OwnSource | undefined): Documents {
  const conf = (content: string) => Buffer.from(`<x:conf xmlns:x="http://x-road.eu/xsd/xroad.xsd">${content}</x:conf>`)
  const identifier = `<instanceIdentifier>${instance}</instanceIdentifier>`
  const certificate = der.toString('base64')
  // Within private parameters an anchor has no namespace.
  const anchor = partner?.anchor.replaceAll('x:configurationAnchor', 'configurationAnchor') ?? ''
  const source =
    `<source><address>${new URL(url).host}</address>` +
    `<internalVerificationCert>${certificate}</internalVerificationCert></source>`
  const provider = ['xRoadInstance', 'memberClass', 'memberCode'].map((name) => `<i:${name}>${instance}</i:${name}>`)
  return new Map([
    [
      'shared',
      conf(
        `${identifier}${versionSays(version, 'sources') ? source : ''}` +
          // Nobody looks into the certificate of an authority before it is to be used.
          '<approvedCA><name>CA</name><topCA><cert>bm9uZQ==</cert></topCA>' +
          '<certificateProfileInfo>profile</certificateProfileInfo></approvedCA>' +
          '<globalSettings><ocspFreshnessSeconds>3600</ocspFreshnessSeconds></globalSettings>',
      ),
    ],
    [
      'private',
      conf(
        `${identifier}${anchor}<managementService>` +
          `<authCertRegServiceAddress>${url}</authCertRegServiceAddress>` +
          '<managementRequestServiceProviderId xmlns:i="http://x-road.eu/xsd/identifiers" i:objectType="MEMBER">' +
          `${provider.join('')}</managementRequestServiceProviderId></managementService>` +
          '<timeStampingIntervalSeconds>60</timeStampingIntervalSeconds>',
      ),
    ],
    ['further', Buffer.from('<further/>')],
  ])
}

function writeDirectory(
  { instance, der, version }: SourceFacts,
  documents: Documents,
  key: string,
  fault: SourceFault | DirectoryChange | undefined,
): Buffer {
  const validity = { expired: -60_000, brief: briefValidity }
  const lasts = fault === 'expired' || fault === 'brief' ? validity[fault] : 600_000
  const expires = new Date(Date.now() + lasts).toISOString()
  const headers = [
    ['Content-type', 'application/octet-stream'] as const,
    ['Content-transfer-encoding', 'base64'] as const,
  ]
  const listed = [...documents].filter(([name]) => name !== 'further' || fault === 'unidentified')
  const entries = listed.map(([name, bytes]) => ({
    headers: [
      ...headers,
      ...(name === 'further'
        ? []
        : [['Content-identifier', `${name.toUpperCase()}-PARAMETERS; instance='${instance}'`] as const]),
      ['Content-location', `/V${version}/${name}-params.xml`] as const,
      ['Hash-algorithm-id', sha512] as const,
    ],
    body: hash(fault === 'hash' ? Buffer.from('other') : bytes),
  }))
  const header = `Expire-date: ${expires}\r\nVersion: ${version}\r\n\r\n`
  const directory = Buffer.concat([Buffer.from(`--inner\r\n${header}`), writeMultipart(entries, 'inner')])
  const signed = typeof fault === 'function' ? Buffer.from(fault(directory.toString('latin1')), 'latin1') : directory
  const known = fault === 'certificate' ? Buffer.from('unknown') : der
  const signature = sign('sha512', fault === 'signature' ? Buffer.from('other') : signed, key)
  const parts = [
    { headers: [['Content-Type', 'multipart/mixed; charset=UTF-8; boundary=inner'] as const], body: signed },
    {
      headers: [
        ...headers,
        ['Signature-algorithm-id', 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512'] as const,
        ['Verification-certificate-hash', `${hash(known)}; hash-algorithm-id="${sha512}"`] as const,
      ],
      body: signature.toString('base64'),
    },
  ]
  const type = 'Content-Type: multipart/related; charset=UTF-8; boundary=outer\r\n\r\n'
  return Buffer.concat([Buffer.from(type), writeMultipart(parts, 'outer')])
}

function writeAnchor({ instance, url, der }: SourceFacts): string {
  const source = `<downloadURL>${url}</downloadURL><verificationCert>${der.toString('base64')}</verificationCert>`
  return (
    '<x:configurationAnchor xmlns:x="http://x-road.eu/xsd/xroad.xsd">' +
    `<instanceIdentifier>${instance}</instanceIdentifier><source>${source}</source></x:configurationAnchor>`
  )
}

function hash(bytes: Buffer): string {
  return createHash('sha512').update(bytes).digest('base64')
}
