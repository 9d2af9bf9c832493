import type { Connection } from '../../client/connection.ts'

/** A connection that is kept between calls. */
export interface OpenLine extends AsyncDisposable {
  readonly connection: Connection
  readonly server: string
  readonly over: 'http' | 'https'
  readonly certificate: string
}
