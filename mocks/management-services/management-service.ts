import type { ManagementServiceCode } from '../../fixtures/management-services.ts'

/** How a request of a service is signed: not at all, by a member, or by an authentication key and the server's owner. */
export type Signing = 'none' | 'member' | 'authentication-key-and-owner'

/** Whose signing certificate a request bears: that of the member it names as client, or that of the server's owner. */
export type Signer = 'client' | 'owner'

interface ServiceRules {
  readonly signing: Signing
  readonly signer?: Signer
  /** Whether a request may wait for somebody to approve it; all others take effect at once. */
  readonly approved?: true
}

/** The management services of central servers, of whatever release (MGMT-01). */
const rules = {
  authCertReg: { signing: 'authentication-key-and-owner', signer: 'owner', approved: true },
  authCertDeletion: { signing: 'none' },
  clientReg: { signing: 'member', signer: 'client', approved: true },
  clientDeletion: { signing: 'none' },
  ownerChange: { signing: 'member', signer: 'client', approved: true },
  clientDisable: { signing: 'member', signer: 'client' },
  clientEnable: { signing: 'member', signer: 'client' },
  clientRename: { signing: 'member', signer: 'client' },
  addressChange: { signing: 'member' },
  maintenanceModeEnable: { signing: 'member' },
  maintenanceModeDisable: { signing: 'member' },
} as const satisfies Record<ManagementServiceCode, ServiceRules>

/** The service of that code, letter case aside, if it is one of those that are offered. */
export function findManagementService(
  code: string,
  offered: readonly ManagementServiceCode[],
): ManagementServiceCode | undefined {
  return offered.find((known) => known.toLowerCase() === code.toLowerCase())
}

/** Who signs requests to a service, and whether they may wait. */
export function rulesOf(code: ManagementServiceCode): ServiceRules {
  return rules[code]
}
