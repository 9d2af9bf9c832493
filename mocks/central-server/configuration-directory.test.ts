import { generateKeyPairSync, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { writeSignedDirectory } from './configuration-directory.ts'

// Everything that is signed, from the first dash to the last line feed.
const signed = withCarriageReturns(`--INNERINNERINNERINNER
Expire-date: 2035-11-11T03:07:40Z
Version: 6

--INNERINNERINNERINNER
Content-type: application/octet-stream
Content-transfer-encoding: base64
Content-identifier: SHARED-PARAMETERS; instance='FI-TEST'
Content-location: /V6/20251110170000548026000/shared-params.xml
Hash-algorithm-id: http://www.w3.org/2001/04/xmlenc#sha512

H0D8ktokFpR1CXnubPWC8tXX0o4YM13gWrxU0FYOD1MChgxlK/CNVgJSql50IQVG82n7u86MEs/HlXsmUv6adQ==
--INNERINNERINNERINNER
Content-type: application/octet-stream
Content-transfer-encoding: base64
Content-identifier: PRIVATE-PARAMETERS; instance='FI-TEST'
Content-location: /V6/20251110170000548026000/private-params.xml
Hash-algorithm-id: http://www.w3.org/2001/04/xmlenc#sha512

Umd2iCLuYk1I/OFexcp5y9YCy39MIVelFlVpkfIu+Me173sY0f9BxZNw77CFhlHUSpNsEbexRMSP4E3zxqPo2g==
--INNERINNERINNERINNER--
`)

const before = withCarriageReturns(`Content-Type: multipart/related; charset=UTF-8; boundary=OUTEROUTEROUTEROUTER

--OUTEROUTEROUTEROUTER
Content-Type: multipart/mixed; charset=UTF-8; boundary=INNERINNERINNERINNER

`)

const behind = withCarriageReturns(`
--OUTEROUTEROUTEROUTER
Content-Type: application/octet-stream
Content-Transfer-Encoding: base64
Signature-Algorithm-Id: http://www.w3.org/2001/04/xmldsig-more#rsa-sha512
Verification-certificate-hash: PZ572aTLC1kcNnRh5uj2JRgdZb1vRcFpXePE5fGmstxb5Y6PIvnY59FgV63vBYdDzpsi3X0z89tjdMBb4O/Zgg==; hash-algorithm-id="http://www.w3.org/2001/04/xmlenc#sha512"

SIGNATURE
--OUTEROUTEROUTEROUTER--
`)

test('a directory is written as it stands here, to the byte', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const part = (name: string, content: string) => ({
    identifier: `${name.toUpperCase()}-PARAMETERS; instance='FI-TEST'`,
    location: `/V6/20251110170000548026000/${name}-params.xml`,
    bytes: Buffer.from(content),
  })
  const written = writeSignedDirectory({
    version: 6,
    expires: new Date('2035-11-11T03:07:40.123Z'),
    parts: [part('shared', 'a'), part('private', 'b')],
    boundaries: { envelope: 'OUTEROUTEROUTEROUTER', directory: 'INNERINNERINNERINNER' },
    signer: { key: privateKey, certificate: Buffer.from('certificate') },
  }).toString('latin1')
  const signature = written.split('\r\n').at(-3) ?? ''
  expect(written).toBe(before + signed + behind.replace('SIGNATURE', signature))
  expect(signature).toMatch(/^[A-Za-z0-9+/]{342}==$/)
  expect(verify('sha512', Buffer.from(signed), publicKey, Buffer.from(signature, 'base64'))).toBe(true)
})

function withCarriageReturns(text: string): string {
  return text.replaceAll('\n', '\r\n')
}
