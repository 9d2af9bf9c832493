import type { RawHeader } from '../../fixtures/exchange.ts'

let dateSecond = 0
let dateText = ''

/** The date of now, to the second. */
export function dateHeader(now: number = Date.now()): RawHeader {
  const second = Math.floor(now / 1000)
  if (second !== dateSecond) {
    dateSecond = second
    dateText = new Date(now).toUTCString()
  }
  return ['Date', dateText]
}
