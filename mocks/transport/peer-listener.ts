import type { EngineRules } from '../../fixtures/version-profile.ts'
import { type HttpRequest, serveConnection } from '../http/serve-connection.ts'
import type { HttpResponse } from '../http/write-response.ts'
import { type ListenerOptions, type RunningListener, startListener } from '../listener/listener.ts'
import type { Reception } from '../listener/reception.ts'
import type { PeerCertificate } from '../security-server/verify-peer.ts'
import { peerCertificate } from './peer-certificate.ts'

export interface PeerListenerOptions extends Pick<ListenerOptions, 'host' | 'port' | 'purpose' | 'tls'> {
  readonly engine: EngineRules
  /** Whether a peer with that certificate is served. */
  greets(peer: PeerCertificate): boolean
  answer(request: HttpRequest, peer: PeerCertificate): Promise<HttpResponse | undefined>
  onDefect(error: Error): void
}

/** Milliseconds a connection between servers may be idle. */
const idleTime = 30_000

/** Listens for other security servers; one that the global configuration does not list gets no answer at all. */
export function startPeerListener(options: PeerListenerOptions): Promise<RunningListener> {
  const { engine, greets, answer, onDefect, ...listener } = options
  const onConnection: Reception['onConnection'] = (socket, identity) => {
    const peer = peerCertificate(identity?.certificate)
    if (!greets(peer)) return void socket.destroy()
    void serveConnection(socket, (request) => answer(request, peer), { ...engine, idle: idleTime, onDefect })
  }
  return startListener({ ...listener, receive: () => ({ onConnection }) })
}
