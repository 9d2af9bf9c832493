import type { EngineRules } from '../../fixtures/version-profile.ts'
import { type HttpRequest, serveConnection } from '../http/serve-connection.ts'
import type { HttpResponse } from '../http/write-response.ts'
import type { ListenerTls } from '../listener/handshakes.ts'
import { type ListenerOptions, type RunningListener, startListener } from '../listener/listener.ts'
import type { Reception } from '../listener/reception.ts'
import type { PeerCertificate } from '../security-server/verify-peer.ts'
import { peerCertificate } from './peer-certificate.ts'

export interface PeerListenerOptions extends Pick<ListenerOptions, 'host' | 'port' | 'purpose' | 'tls'> {
  readonly engine: EngineRules
  /** Other options for the handshakes from now on; undefined while they stay as they are. */
  renewedTls(): ListenerTls | undefined
  /** Whether a peer with that certificate is served. */
  greets(peer: PeerCertificate): boolean
  answer(request: HttpRequest, peer: PeerCertificate): Promise<HttpResponse | undefined>
  onDefect(error: Error): void
}

/** Milliseconds a connection between servers may be idle. */
const idleTime = 30_000

/** Listens for other security servers; one that the global configuration does not list gets no answer at all. */
export async function startPeerListener(options: PeerListenerOptions): Promise<RunningListener> {
  const { engine, renewedTls, greets, answer, onDefect, ...listener } = options
  const onConnection: Reception['onConnection'] = (socket, identity) => {
    const peer = peerCertificate(identity?.certificate)
    if (!greets(peer)) return void socket.destroy()
    void serveConnection(socket, (request) => answer(request, peer), { ...engine, idle: idleTime, onDefect })
  }
  const receive = () => {
    const tls = renewedTls()
    if (tls !== undefined) started.replaceTls(tls)
    return { onConnection }
  }
  const started = await startListener({ ...listener, receive })
  return started
}
