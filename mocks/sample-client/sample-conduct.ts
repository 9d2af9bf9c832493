import type { ConnectionOptions } from 'node:tls'
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

/** What a mistake makes of a conduct. */
export type Change = (conduct: SampleConduct) => SampleConduct

/** How an information system should go about it. */
export const faithfulConduct: SampleConduct = {
  calls: sampleCalls,
  plain: [],
  certificate: sampleCertificates.good,
  host: 'localhost',
  tls: {},
}

/** The conduct with one thing wrong in each call that the mistake is about; it gives back the others as they are. */
export function sending(mistake: (call: SampleCall) => SampleCall): Change {
  return (conduct) => ({ ...conduct, calls: (newId) => conduct.calls(newId).map(mistake) })
}
