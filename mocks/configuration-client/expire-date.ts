const pattern =
  /^(\d{4}|\+\d{5,10}|-\d{4,10})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{0,9}))?)?(?:Z|([+-])(\d\d)(?::(\d\d)(?::(\d\d))?)?)$/i

const lastYear = 999_999_999
/** Leap years repeat every 400 years, which are as many days. */
const cycle = { years: 400, milliseconds: 146_097 * 86_400_000 }
const longestOffset = 18 * 3600

/**
 * Milliseconds since 1970 of a time with its distance from UTC, as Java reads it: years of more than four digits have a
 * sign, and there is no 30th of February and no 24th hour. Undefined for any other text.
 */
export function readExpireDate(text: string): number | undefined {
  const [, writtenYear = '', ...rest] = pattern.exec(text) ?? []
  const year = Number(writtenYear)
  if (writtenYear === '' || Object.is(year, -0) || Math.abs(year) > lastYear) return undefined
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = rest.slice(0, 5).map((digits = '0') => Number(digits))
  const [fraction = '', sign = '+'] = rest.slice(5)
  const offset = readOffset(rest.slice(7))
  // Date knows fewer years than Java.
  const cycles = Math.floor(year / cycle.years) - 5
  const within = new Date(Date.UTC(year - cycles * cycle.years, month - 1, day, hour, minute, second))
  const isDay = within.getUTCMonth() === month - 1 && within.getUTCDate() === day
  if (!isDay || hour > 23 || minute > 59 || second > 59 || offset === undefined) return undefined
  const shift = (sign === '-' ? 1 : -1) * offset * 1000
  return within.getTime() + cycles * cycle.milliseconds + Math.floor(Number(`0.${fraction}0`) * 1000) + shift
}

/** Seconds. */
function readOffset(digits: readonly (string | undefined)[]): number | undefined {
  const [hours = 0, minutes = 0, seconds = 0] = digits.map((text = '0') => Number(text))
  const offset = hours * 3600 + minutes * 60 + seconds
  return minutes > 59 || seconds > 59 || offset > longestOffset ? undefined : offset
}
