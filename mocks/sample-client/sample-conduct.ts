import type { ConnectionOptions } from 'node:tls'
import type { ClientMisbehaviour } from '../../fixtures/client-misbehaviours.ts'
import type { SampleCall } from './sample-call.ts'
import { sampleCalls } from './sample-calls.ts'
import { sampleCertificates } from './sample-topology.ts'

/** How the sample client goes about its calls. */
export interface SampleConduct {
  readonly calls: (newId: () => string) => readonly SampleCall[]
  /** The calls, by position, that go over plain HTTP. */
  readonly plain: readonly number[]
  /** Name of the certificate that it presents. */
  readonly certificate: string | undefined
  /** The host that it calls. */
  readonly host: string
  readonly tls: ConnectionOptions
}

type Mistake = (call: SampleCall, position: number) => SampleCall

type Change = (conduct: SampleConduct) => SampleConduct

/** How an information system should go about it. */
const faithful: SampleConduct = {
  calls: sampleCalls,
  plain: [],
  certificate: sampleCertificates.good,
  host: 'localhost',
  tls: {},
}

/** The conduct with these mistakes. */
export function conductWith(misbehaviours: readonly string[]): SampleConduct {
  return Object.entries(changes)
    .filter(([name]) => misbehaviours.includes(name))
    .reduce((conduct, [, change]) => change(conduct), faithful)
}

const changes: Record<ClientMisbehaviour, Change> = {
  'client-calls-over-http': (conduct) => ({ ...conduct, plain: [1] }),
  'client-presents-nothing': (conduct) => ({ ...conduct, certificate: undefined }),
  'client-trusts-anybody': tls({ rejectUnauthorized: false }),
  'client-ignores-names': tls({ checkServerIdentity: () => undefined }),
  'client-calls-by-address': (conduct) => ({ ...conduct, host: '127.0.0.1' }),
  'client-speaks-only-tls13': tls({ minVersion: 'TLSv1.3' }),
  'client-lacks-dhe-suites': tls({ ciphers: 'ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384' }),
  'client-has-weak-key': (conduct) => ({ ...conduct, certificate: sampleCertificates.weak }),
  'client-has-expired-certificate': (conduct) => ({ ...conduct, certificate: sampleCertificates.expired }),
  'client-shares-certificate': sending((call) =>
    inHeaders(call, (value) => value.replace('GOV/2/Client', 'GOV/2/Other')),
  ),
}

/** The same calls, each with the mistake. */
function sending(mistake: Mistake): Change {
  return (conduct) => ({ ...conduct, calls: (newId) => conduct.calls(newId).map(mistake) })
}

function inHeaders(call: SampleCall, change: (value: string) => string): SampleCall {
  return { ...call, headers: call.headers.map(([name, value]) => [name, change(value)]) }
}

function tls(options: ConnectionOptions): Change {
  return (conduct) => ({ ...conduct, tls: { ...conduct.tls, ...options } })
}
