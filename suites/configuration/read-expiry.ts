import { ConfigurationProblem } from './configuration-problem.ts'

const day = /^(?<year>\d{4}|\+\d{5,10}|-\d{4,10})-(?<month>\d\d)-(?<date>\d\d)$/
const time = /^(?<clock>([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{0,9})?)?)(?<zone>Z|[+-].*)$/
const zone = /^(?<sign>[+-])(?<hours>\d\d)(:(?<minutes>[0-5]\d)(:(?<seconds>[0-5]\d))?)?$/

/** The last moment that Date knows. */
const endOfTime = 8_640_000_000_000_000

/**
 * Reads an Expire-date as a security server does, whose years have up to nine digits and then a sign; what is beyond
 * Date's own years becomes the first or last moment of those. Throws a ConfigurationProblem.
 */
export function readExpiry(text: string): Date {
  const [left = '', right = '', ...more] = text.toUpperCase().split('T')
  const { year = '', month = '', date = '' } = day.exec(left)?.groups ?? {}
  const { clock, zone: written = '' } = time.exec(right)?.groups ?? {}
  const offset = written === 'Z' ? 0 : offsetOf(written)
  // A year of the same kind, leap or not, among those that Date has.
  const stand = 2000 + (((Number(year) % 400) + 400) % 400)
  const moment = new Date(`${stand}-${month}-${date}T${clock?.replace(/\.$/, '')}Z`)
  const isRead = more.length === 0 && isYear(year) && offset !== undefined && moment.toJSON()?.slice(8, 10) === date
  if (!isRead) {
    const reason = 'Expire-date is no time of ISO 8601'
    throw new ConfigurationProblem('internal_error', `Text '${text}' could not be parsed: ${reason}`)
  }
  const years = ((Number(year) - stand) / 400) * 146_097 * 86_400_000
  return new Date(Math.max(-endOfTime, Math.min(endOfTime, moment.getTime() + years - offset)))
}

function isYear(text: string): boolean {
  return !/^-0+$/.test(text) && /^[+-]?0*\d{1,9}$/.test(text)
}

/** Milliseconds; undefined beyond eighteen hours, and for what is no offset. */
function offsetOf(text: string): number | undefined {
  const { sign, hours, minutes = '0', seconds = '0' } = zone.exec(text)?.groups ?? {}
  if (sign === undefined) return undefined
  const length = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)
  return length > 18 * 3600 ? undefined : length * (sign === '-' ? -1000 : 1000)
}
