import { z } from 'zod'
import { describeRequest } from '../management-services/registered-request.ts'
import type { RegistrationOffice } from '../management-services/registration-office.ts'
import type { ControlRoutes } from './control-route.ts'

/** What the control interface can do to a central server. */
export interface ControlledCentralServer {
  /** Where registrations wait for approval, and members are added. */
  readonly office: Pick<RegistrationOffice, 'requests' | 'setApproval' | 'approve' | 'decline' | 'addMember'>
  /** Revokes a certificate, PEM, of the certification authority. */
  revoke(certificate: string): Promise<void>
}

const approvalRequest = z.strictObject({ client: z.string(), automatic: z.boolean() })
const decisionRequest = z.strictObject({ id: z.int(), approved: z.boolean() })
const memberRequest = z.strictObject({ id: z.string(), name: z.string() })
const revokeRequest = z.strictObject({ certificate: z.string() })

/** GET and POST /management-requests, PUT /approval, POST /members and /revoke. */
export function centralRoutes({ office, revoke }: ControlledCentralServer): ControlRoutes {
  return {
    'GET /management-requests': () => ({ requests: office.requests().map(describeRequest) }),
    'POST /management-requests': async ({ body }) => {
      const { id, approved } = decisionRequest.parse(await body())
      if (approved) await office.approve(id)
      else office.decline(id)
    },
    'PUT /approval': async ({ body }) => {
      const { client, automatic } = approvalRequest.parse(await body())
      office.setApproval(client, automatic)
    },
    'POST /members': async ({ body }) => {
      const { id, name } = memberRequest.parse(await body())
      await office.addMember(id, name)
    },
    'POST /revoke': async ({ body }) => revoke(revokeRequest.parse(await body()).certificate),
  }
}
