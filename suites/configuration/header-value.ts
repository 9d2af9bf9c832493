import { ConfigurationProblem } from './configuration-problem.ts'
import type { MimeEntity } from './mime-entity.ts'

/** A header value and its parameters: names in their own letter case, double quotation marks taken away. */
export interface HeaderValue {
  readonly value: string
  readonly parameters: ReadonlyMap<string, string>
}

/** The last header field of that name, in any letter case, taken apart. */
export function headerOf(headers: MimeEntity['headers'], name: string): HeaderValue | undefined {
  const text = rawHeaderOf(headers, name)
  if (text === undefined) return undefined
  const end = text.indexOf(';')
  return end < 0
    ? { value: text, parameters: new Map() }
    : { value: text.slice(0, end).trim(), parameters: readParameters(text.slice(end)) }
}

/** The whole value of the last header field of that name. */
export function rawHeaderOf(headers: MimeEntity['headers'], name: string): string | undefined {
  return headers.findLast(([one]) => one.toLowerCase() === name.toLowerCase())?.[1]
}

/** The instance that a Content-identifier names; there single quotation marks belong to neither. */
export function instanceOf(identifier: HeaderValue | undefined): string | undefined {
  return identifier?.parameters.get('instance')?.replace(/^'(.*)'$/, '$1')
}

// A blank before the equals sign belongs to the name, and a second equals sign ends the value.
function readParameters(text: string): Map<string, string> {
  const parameters = new Map<string, string>()
  for (const [parameter] of text.matchAll(/(?:[^;"]|"(?:[^"\\]|\\.)*("|$))+/g)) {
    const [, name, quoted, open, bare] =
      /^\s*([^=]*)=(?:"((?:[^"\\]|\\.)*)(?:"|($))|([^=]*))/.exec(parameter.trimEnd()) ?? []
    if (open !== undefined) throw new ConfigurationProblem('internal_error', `unterminated quote in ${text}`)
    const value = quoted?.replace(/\\(.)/g, '$1') ?? bare
    if (name !== undefined && value !== undefined) parameters.set(name, value)
  }
  return parameters
}
