import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { StartedTargets, WantedTargets } from './target-process.ts'

export interface TargetProcess extends AsyncDisposable {
  readonly targets: StartedTargets
}

/** Starts targets in a process of their own, for one process may open only so many sockets; rejects if that ends early. */
export async function startTargetProcess(wanted: WantedTargets): Promise<TargetProcess> {
  const child = fork(new URL('target-process.ts', import.meta.url), { execArgv: [], serialization: 'advanced' })
  const ended = once(child, 'exit')
  const failed = ended.then(([code, signal]) => {
    throw new Error(`a process with targets of the proof ended with ${code ?? signal}`)
  })
  child.send(wanted)
  const [targets] = (await Promise.race([once(child, 'message'), failed])) as [StartedTargets]
  failed.catch(() => {})
  return {
    targets,
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect()
      await ended
    },
  }
}
