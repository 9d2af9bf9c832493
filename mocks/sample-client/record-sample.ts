import type { ClientRecording } from '../../fixtures/client-recording.ts'
import { recordClient } from '../client-recording/record-client.ts'
import { withStandIns } from '../client-recording/stand-ins.ts'
import { type RunningEnvironment, startEnvironment } from '../environment.ts'
import { actAsSample } from './sample-client.ts'
import { sampleTopology } from './sample-topology.ts'

let running: Promise<RunningEnvironment> | undefined
let waiting = 0
let turn: Promise<unknown> = Promise.resolve()

/**
 * What the sample client does with these mistakes, in an exchange layer of its own. All who ask at the same time share
 * one, and take turns; it ends with the last of them. `keyCache` is a folder as in `startEnvironment`.
 */
export async function recordSample(misbehaviours: readonly string[], keyCache: string): Promise<ClientRecording> {
  waiting += 1
  running ??= startEnvironment(withStandIns(sampleTopology), { keyCache })
  const started = running
  const recording = turn.then(async () => {
    const environment = await started
    return recordClient(environment, () => actAsSample(environment, misbehaviours))
  })
  turn = recording.catch(() => {})
  try {
    return await recording
  } finally {
    waiting -= 1
    if (waiting === 0) {
      running = undefined
      await (await started).stop()
    }
  }
}
