import { expect, test } from 'vitest'
import { formatPath } from '../../fixtures/identifiers.ts'
import { certificateMember } from './certificate-member.ts'

test.each([
  ['C=FI, O=Testi Oy, serialNumber=FI-DEV/ss1/COM, CN=1', 'FI-DEV/COM/1'],
  ['C=FI, O=Testi Oy, OU=GOV, serialNumber=FI-DEV/ss1/COM/, CN=1', 'FI-DEV/COM/1'],
  ['C=FI, O=FI-DEV, OU=COM, CN=1', 'FI-DEV/COM/1'],
  ['C=FI-DEV, O=COM, CN=1', 'FI-DEV/COM/1'],
  ['C=SE, O=Testi Oy, serialNumber=FI-DEV/ss1/COM, CN=1', 'does not contain valid country code'],
  ['O=FI-DEV, OU=COM, CN=1', 'does not contain valid country code'],
  ['O=COM, CN=1', 'does not contain country code'],
  ['C=FI, OU=COM, CN=1', 'does not contain organization'],
  ['C=FI, O=COM', 'does not contain common name'],
  ['C=FI, O=Testi Oy, serialNumber=FI-DEV/COM, CN=1', "name's attribute serialNumber has invalid value"],
])('the subject %s', (subject, expected) => {
  const member = certificateMember({ subject: subject.replaceAll(', ', '\n') })
  expect(typeof member === 'string' ? member : formatPath(member)).toMatch(new RegExp(`${expected}$`))
})
