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

/** The management services of a central server (MGMT-01). */
export const managementServices = {
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
} as const satisfies Record<string, ServiceRules>

export type ManagementServiceCode = keyof typeof managementServices

export const managementServiceCodes = Object.keys(managementServices) as readonly ManagementServiceCode[]

/** The service of that code, letter case aside. */
export function findManagementService(code: string): ManagementServiceCode | undefined {
  return managementServiceCodes.find((known) => known.toLowerCase() === code.toLowerCase())
}

/** Who signs requests to a service, and whether they may wait. */
export function rulesOf(code: ManagementServiceCode): ServiceRules {
  return managementServices[code]
}
