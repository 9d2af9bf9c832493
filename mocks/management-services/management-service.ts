import type { ManagementServiceCode } from '../../fixtures/management-services.ts'

/** How a request of a service is signed: not at all, by a member, or by an authentication key and the server's owner. */
export type Signing = 'none' | 'member' | 'authentication-key-and-owner'

/** Whose signing certificate a request bears: that of the member it names as client, or that of the server's owner. */
export type Signer = 'client' | 'owner'

interface ServiceRules {
  readonly signing: Signing
  readonly signer?: Signer
}

/** The management services of central servers, of whatever release (MGMT-01). */
const rules = {
  authCertReg: { signing: 'authentication-key-and-owner', signer: 'owner' },
  authCertDeletion: { signing: 'none' },
  clientReg: { signing: 'member', signer: 'client' },
  clientDeletion: { signing: 'none' },
  ownerChange: { signing: 'member', signer: 'client' },
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

/** Services whose requests may wait for somebody to approve them; all others take effect at once. */
const approvedServices = ['authCertReg', 'clientReg', 'ownerChange'] as const satisfies ManagementServiceCode[]

export type ApprovedServiceCode = (typeof approvedServices)[number]

/** Whether somebody may have to approve a request to the service. */
export function isApprovedService(code: ManagementServiceCode): code is ApprovedServiceCode {
  return approvedServices.some((approved) => approved === code)
}

/** Who signs requests to a service. */
export function rulesOf(code: ManagementServiceCode): ServiceRules {
  return rules[code]
}
