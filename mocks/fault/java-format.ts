/** What is wrong with a text that is used as a format of java.util.Formatter without arguments. */
export interface FormatProblem {
  readonly exception: string
  readonly message: string
}

/** The error that broke while it was being reported. */
export class FormatError extends Error {
  override readonly name = 'FormatError'
  readonly problem: FormatProblem

  constructor(problem: FormatProblem) {
    super(`${problem.exception}: ${problem.message}`)
    this.problem = problem
  }
}

interface Specifier {
  readonly source: string
  readonly flags: string
  readonly width: string | undefined
  readonly precision: string | undefined
  /** `t` or `T` of a date. */
  readonly date: string | undefined
  readonly conversion: string
}

const pattern = /^%(?:\d+\$)?([-#+ 0,(<]*)(\d+)?(?:\.(\d+))?([tT])?([a-zA-Z%])/

/** The conversions that there are, and those of dates. */
const conversions = 'bBhHsScCdoxXeEgGfaAn%'
const dateConversions = 'HIklMNLQpsSTzZaAbBCdehjmyYrRcDF'

/**
 * X-Road 7.8.0 formats the text of a fault once more when it wraps it, so a percent sign in a caller's words breaks the
 * error itself. Undefined for a text that survives. All of a text is read before any of it is formatted.
 */
export function formatProblem(text: string): FormatProblem | undefined {
  const specifiers: Specifier[] = []
  for (let at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at)) {
    const specifier = readSpecifier(text.slice(at))
    const problem = specifier === undefined ? unknown(text[at + 1] ?? '%') : findMisuse(specifier)
    if (specifier === undefined || problem !== undefined) return problem
    specifiers.push(specifier)
    at += specifier.source.length
  }
  const first = specifiers.find(({ conversion, date }) => date !== undefined || !'n%'.includes(conversion))
  return (
    first && { exception: 'java.util.MissingFormatArgumentException', message: `Format specifier '${first.source}'` }
  )
}

/** A text that has no problem, as it is after formatting. */
export function formatText(text: string): string {
  return text.replace(/%(-?)(\d*)([%n])/g, (_, left: string, width: string, conversion: string) => {
    if (conversion === 'n') return '\n'
    return left === '' ? '%'.padStart(Number(width)) : '%'.padEnd(Number(width))
  })
}

function readSpecifier(text: string): Specifier | undefined {
  const match = pattern.exec(text)
  if (match === null) return undefined
  const [source, flags = '', width, precision, date, conversion = ''] = match
  return { source, flags, width, precision, date, conversion }
}

function unknown(conversion: string): FormatProblem {
  return { exception: 'java.util.UnknownFormatConversionException', message: `Conversion = '${conversion}'` }
}

/** What the parts of a specifier have against each other; the order of the questions is that of the reference's Java. */
function findMisuse(specifier: Specifier): FormatProblem | undefined {
  const { flags, conversion, date } = specifier
  const repeated = [...flags].find((flag, index) => flags.indexOf(flag) < index)
  if (repeated !== undefined) return problem('DuplicateFormatFlags', `Flags = '${repeated}'`)
  if (date !== undefined) return checkDate(specifier)
  if (!conversions.includes(conversion)) return unknown(conversion)
  if ('n%'.includes(conversion)) return checkText(specifier)
  if ('cC'.includes(conversion)) {
    return checkPrecision(specifier) ?? checkFlags(specifier, '#+ 0,(') ?? checkWidth(specifier, '-')
  }
  if ('bBhHsS'.includes(conversion)) {
    const alternate = 'bBhH'.includes(conversion) ? checkFlags(specifier, '#') : undefined
    return alternate ?? checkWidth(specifier, '-') ?? checkFlags(specifier, '+ 0,(')
  }
  const numeric = checkWidth(specifier, '-0') ?? checkCombination(specifier)
  if ('doxX'.includes(conversion)) {
    return numeric ?? checkPrecision(specifier) ?? checkFlags(specifier, conversion === 'd' ? '#' : ',')
  }
  const unfit = { a: '(,', e: ',', g: '#', f: '' }[conversion.toLowerCase()] ?? ''
  return numeric ?? checkFlags(specifier, unfit)
}

function checkDate(specifier: Specifier): FormatProblem | undefined {
  const fits = dateConversions.includes(specifier.conversion)
  return (
    checkPrecision(specifier) ??
    (fits ? undefined : unknown(`t${specifier.conversion}`)) ??
    checkFlags(specifier, '#+ 0,(') ??
    checkWidth(specifier, '-')
  )
}

function checkText(specifier: Specifier): FormatProblem | undefined {
  const { flags, width, conversion } = specifier
  const precision = checkPrecision(specifier)
  if (precision !== undefined) return precision
  if (conversion === 'n' && width !== undefined) return problem('IllegalFormatWidth', width)
  const refused = conversion === 'n' ? flags !== '' : !['', '-'].includes(flags)
  return refused ? illegalFlags(flags) : checkWidth(specifier, '-')
}

function checkPrecision({ precision }: Specifier): FormatProblem | undefined {
  return precision === undefined ? undefined : problem('IllegalFormatPrecision', String(Number(precision)))
}

/** Some flags make no sense without a width. */
function checkWidth({ flags, width, source }: Specifier, needing: string): FormatProblem | undefined {
  const needed = width === undefined && [...needing].some((flag) => flags.includes(flag))
  return needed ? problem('MissingFormatWidth', source) : undefined
}

function checkCombination({ flags }: Specifier): FormatProblem | undefined {
  const both = (one: string, other: string) => flags.includes(one) && flags.includes(other)
  return both('+', ' ') || both('-', '0') ? illegalFlags(flags) : undefined
}

function checkFlags({ flags, conversion }: Specifier, unfit: string): FormatProblem | undefined {
  const found = orderFlags([...unfit].filter((flag) => flags.includes(flag)).join(''))
  if (found === '') return undefined
  return problem('FormatFlagsConversionMismatch', `Conversion = ${conversion.toLowerCase()}, Flags = ${found}`)
}

function illegalFlags(flags: string): FormatProblem {
  return problem('IllegalFormatFlags', `Flags = '${orderFlags(flags)}'`)
}

/** Flags in the order in which Java prints them. */
function orderFlags(flags: string): string {
  return [...'-#+ 0,(<'].filter((flag) => flags.includes(flag)).join('')
}

function problem(name: string, message: string): FormatProblem {
  return { exception: `java.util.${name}Exception`, message }
}
