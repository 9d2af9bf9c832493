import { ConfigurationFailure } from './configuration-failure.ts'

/** A header value without its parameters, and these by name, in their own letter case. */
export interface ParameterizedValue {
  readonly value: string
  readonly parameters: ReadonlyMap<string, string>
}

/** Takes a header value apart: only double quotation marks enclose, and blanks around an equals sign belong to both sides. */
export function readHeaderParameters(text: string): ParameterizedValue {
  const [value = '', ...pieces] = splitOutsideQuotes(text, ';')
  const pairs = pieces.flatMap((piece): [string, string][] => {
    const [name = '', written] = splitOutsideQuotes(piece.trim(), '=')
    return written === undefined ? [] : [[name, unquote(written)]]
  })
  return { value: value.trim(), parameters: new Map(pairs) }
}

function splitOutsideQuotes(text: string, separator: ';' | '='): string[] {
  const pieces = ['']
  let isQuoted = false
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === '"') isQuoted = !isQuoted
    if (character === separator && !isQuoted) pieces.push('')
    else pieces.push(`${pieces.pop()}${isQuoted && character === '\\' ? character + text.charAt(++at) : character}`)
  }
  if (isQuoted) throw new ConfigurationFailure('internal_error', `unterminated quote in ${text}`)
  return pieces
}

/** What stands within quotation marks, as far as there are some; what follows them is passed over. */
function unquote(text: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(text)?.[1]
  return quoted?.replace(/\\(.)/g, '$1') ?? text
}
