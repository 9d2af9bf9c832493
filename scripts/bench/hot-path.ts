import { formatPath, type ServiceId, type SubsystemId } from '../../fixtures/identifiers.ts'
import { writeEnvelope } from '../../suites/client/soap-envelope.ts'

/** One request that is sent over and over. */
export interface HotPath {
  readonly title: string
  readonly method: 'GET' | 'POST'
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** The number in an answer; NaN if there is none. Cheap, for it is asked of every answer under load. */
  readonly number: (body: string) => number
}

export type HotPathName = keyof typeof hotPaths

/** The consumer security server that is called, and the certificate that the caller lists there. */
export const consumer = { server: 'ss1', certificate: 'test-client' }

const member = { instance: 'FI-DEV', memberClass: 'GOV', memberCode: '0245437-2' }
const client: SubsystemId = { kind: 'subsystem', ...member, subsystemCode: 'TestClient' }
const provider: SubsystemId = { kind: 'subsystem', ...member, subsystemCode: 'TestService' }
const restTest: ServiceId = { kind: 'service', provider, serviceCode: 'rest-test' }
const getRandom: ServiceId = { kind: 'service', provider, serviceCode: 'getRandom', serviceVersion: 'v1' }

const rest: HotPath = {
  title: 'REST rest-test/random',
  method: 'GET',
  target: `/r1/${formatPath(restTest)}/random`,
  headers: { 'X-Road-Client': formatPath(client), Accept: 'application/json' },
  number: (body) => Number(/^\s*\{\s*"data"\s*:\s*(\d+)\s*\}\s*$/.exec(body)?.[1]),
}

const soap: HotPath = {
  title: 'SOAP getRandom',
  method: 'POST',
  target: '/',
  headers: { 'Content-Type': 'text/xml; charset=UTF-8', SOAPAction: '""' },
  body: writeEnvelope({
    client,
    service: getRandom,
    id: 'benchmark',
    userId: 'FI12345',
    body: '<prod:getRandom><prod:request/></prod:getRandom>',
  }),
  number: (body) => Number(/<(?:[\w.-]+:)?data>(\d+)<\//.exec(body)?.[1]),
}

export const hotPaths = { rest, soap }
export const hotPathNames: readonly HotPathName[] = ['rest', 'soap']

/** Whether an answer holds what both services promise: an integer from 0 to 100. */
export function isRightAnswer(path: HotPath, body: string): boolean {
  const number = path.number(body)
  return number >= 0 && number <= 100
}
