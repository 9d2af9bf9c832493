import { z } from 'zod'
import type { TrustedAnchors } from '../central-server/trusted-anchors.ts'
import { describeRequest } from '../management-services/registered-request.ts'
import type { RegistrationOffice } from '../management-services/registration-office.ts'
import type { ControlRoutes } from './control-route.ts'

/** What the control interface can do to a central server. */
export interface ControlledCentralServer {
  /** Where registrations wait for approval, and members are added. */
  readonly office: Pick<RegistrationOffice, 'requests' | 'setApproval' | 'approve' | 'decline' | 'addMember'>
  readonly federations: Pick<TrustedAnchors, 'all' | 'upload' | 'delete'>
  /** Revokes a certificate, PEM, of the certification authority. */
  revoke(certificate: string): Promise<void>
}

const approvalRequest = z.strictObject({ client: z.string(), automatic: z.boolean() })
const decisionRequest = z.strictObject({ id: z.int(), approved: z.boolean() })
const memberRequest = z.strictObject({ id: z.string(), name: z.string() })
const anchorRequest = z.strictObject({ anchor: z.string() })
const revokeRequest = z.strictObject({ certificate: z.string() })

/** GET and POST /management-requests, PUT /approval, POST /members and /revoke; GET, POST and DELETE /trusted-anchors. */
export function centralRoutes({ office, federations, revoke }: ControlledCentralServer): ControlRoutes {
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
    'GET /trusted-anchors': () => ({ instances: federations.all().map(({ instance }) => instance) }),
    'POST /trusted-anchors': async ({ body }) => federations.upload(anchorRequest.parse(await body()).anchor),
    'DELETE /trusted-anchors': ({ query }) => federations.delete(query.get('instance') ?? ''),
    'POST /revoke': async ({ body }) => revoke(revokeRequest.parse(await body()).certificate),
  }
}
