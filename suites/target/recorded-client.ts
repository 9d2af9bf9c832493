import type { ClientRecording } from '../../fixtures/client-recording.ts'
import { NotApplicable } from './not-applicable.ts'
import { capabilities, type TargetDescription } from './target-description.ts'

/** What the client that is judged did. Our own sample client acts once, when it is first asked for. */
export function recordedClient(client: TargetDescription['client']): () => Promise<ClientRecording> {
  let recording: Promise<ClientRecording> | undefined
  return () => {
    recording ??= recordingOf(client)
    return recording
  }
}

async function recordingOf(client: TargetDescription['client']): Promise<ClientRecording> {
  if (client === undefined) throw new NotApplicable(capabilities.client)
  if (!('misbehaviours' in client)) return client
  const { recordSampleClient } = await import('./in-process.ts')
  return recordSampleClient(client.misbehaviours)
}
