import type { EngineRules } from '../../fixtures/version-profile.ts'
import { serveConnection } from '../http/serve-connection.ts'
import type { HttpResponse } from '../http/write-response.ts'
import { type ListenerOptions, type RunningListener, startListener } from '../listener/listener.ts'
import type { Reception } from '../listener/reception.ts'
import { bodyOf } from '../message/body.ts'
import type { HealthAnswer } from './health-checks.ts'

export interface HealthListenerOptions extends Pick<ListenerOptions, 'host' | 'port' | 'purpose'> {
  readonly engine: EngineRules
  answer(): HealthAnswer
  onDefect(error: Error): void
}

/** Milliseconds a connection may be idle. */
const idleTime = 30_000

/** Tells monitoring systems how a security server is, whatever they ask (`health-check-port`). */
export function startHealthListener(options: HealthListenerOptions): Promise<RunningListener> {
  const { engine, answer, onDefect, ...listener } = options
  const respond = async (): Promise<HttpResponse> => {
    const { status, body } = answer()
    return { status, headers: [], body: bodyOf(Buffer.from(body)), framing: 'length' }
  }
  const onConnection: Reception['onConnection'] = (socket) =>
    void serveConnection(socket, respond, { ...engine, idle: idleTime, onDefect })
  return startListener({ ...listener, receive: () => ({ onConnection }) })
}
