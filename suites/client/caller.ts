import type { Call, Seen } from '../observe/answer.ts'
import type { WireRequest } from './connection.ts'

/** What the message says of a call; the rest of a `Call` (server, connection, certificate) is the caller's. */
export type MessageFacts = Pick<Call, 'protocol' | 'method' | 'target' | 'client' | 'messageId'>

/** Sends a request over the connection and with the certificate that were chosen, and notes what came of it. */
export type Caller = (request: WireRequest, facts: MessageFacts) => Promise<Seen>
