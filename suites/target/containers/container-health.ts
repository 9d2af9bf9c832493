import { setTimeout as pause } from 'node:timers/promises'
import { type GenericContainer, getContainerRuntimeClient } from 'testcontainers'
import { request } from 'undici'
import { containerPorts, healthPath } from '../../../fixtures/container-layout.ts'

type WaitStrategy = Parameters<GenericContainer['withWaitStrategy']>[0]

/** A container that has ended in place of starting. */
export class EndedContainer extends Error {
  override readonly name = 'EndedContainer'
  readonly exitCode: number
  /** All that it has said. */
  readonly said: string

  constructor(exitCode: number, said: string) {
    super(`a container ended with exit code ${exitCode}`)
    this.exitCode = exitCode
    this.said = said
  }
}

/** Milliseconds between two questions whether a container is up, and that an answer may take. */
const interval = 100
const answerTime = 1000
/** Milliseconds that a container may take to be up. */
const startTime = 30_000

/**
 * Waits until a container says that it is healthy; rejects with an EndedContainer, or with an Error when it takes too
 * long, or the signal aborts. (The library's own way never ends where the container has.)
 */
export function untilHealthy(signal?: AbortSignal): WaitStrategy {
  const strategy: WaitStrategy = {
    async waitUntilReady(container, boundPorts) {
      const { info } = await getContainerRuntimeClient()
      const url = `http://${info.containerRuntime.host}:${boundPorts.getBinding(containerPorts.control)}${healthPath}`
      for (const deadline = performance.now() + startTime; !(await isHealthy(url)); await pause(interval)) {
        const { State } = await container.inspect()
        if (!State.Running) {
          const log: Buffer = await container.logs({ stdout: true, stderr: true, follow: false })
          throw new EndedContainer(State.ExitCode, textOf(log))
        }
        signal?.throwIfAborted()
        if (performance.now() > deadline) throw new Error(`a container was not up after ${startTime / 1000} s`)
      }
    },
    withStartupTimeout: () => strategy,
    isStartupTimeoutSet: () => true,
    getStartupTimeout: () => startTime,
  }
  return strategy
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const { statusCode, body } = await request(url, { signal: AbortSignal.timeout(answerTime) })
    await body.dump()
    return statusCode === 200
  } catch {
    return false
  }
}

/** What a log says: frames, each with a head of eight bytes that ends in its length. */
function textOf(log: Buffer): string {
  let text = ''
  for (let at = 0; at + 8 <= log.length; ) {
    const end = at + 8 + log.readUInt32BE(at + 4)
    text += log.toString('utf8', at + 8, end)
    at = end
  }
  return text
}
