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

const specifier = /%(?:\d+\$)?[-#+ 0,(<]*\d*(?:\.\d+)?([tT](?=[a-zA-Z]))?([a-zA-Z%])?/
const needsArgument = new Set('bBhHsScCdoxXeEfgGaAtT')

/**
 * X-Road 7.8.0 formats the text of a fault once more when it wraps it, so a percent sign in a caller's words breaks the
 * error itself. Undefined for a text that survives.
 */
export function formatProblem(text: string): FormatProblem | undefined {
  for (let rest = text, at = rest.indexOf('%'); at >= 0; at = rest.indexOf('%')) {
    const match = specifier.exec(rest.slice(at)) as RegExpExecArray
    const [whole, date, conversion] = match
    if (conversion === undefined)
      return { exception: 'java.util.UnknownFormatConversionException', message: "Conversion = '%'" }
    if (conversion !== '%' && conversion !== 'n') {
      return date !== undefined || needsArgument.has(conversion)
        ? { exception: 'java.util.MissingFormatArgumentException', message: `Format specifier '${whole}'` }
        : { exception: 'java.util.UnknownFormatConversionException', message: `Conversion = '${conversion}'` }
    }
    rest = rest.slice(at + whole.length)
  }
  return undefined
}
