/** A name and what follows its `=`; undefined without an `=`. */
export interface NamedValue {
  readonly name: string
  readonly value: string | undefined
}

/**
 * Reads `name=value`, up to one of `delimiters`, as the libraries do that the reference reads header fields with: white
 * space shrinks to a blank, quotes may stand anywhere in a value, and what they leave open ends with the field. With
 * `comments`, text in parentheses counts as white space.
 */
export function readNamedValue(
  field: string,
  start: number,
  delimiters: string,
  comments = false,
): NamedValue & { readonly end: number } {
  const name = readWords(field, start, `=${delimiters}`, { comments })
  if (field[name.end] !== '=') return { name: name.text, value: undefined, end: name.end }
  const value = readWords(field, name.end + 1, delimiters, { comments, quotes: true })
  return { name: name.text, value: value.text, end: value.end }
}

/** Reads words up to one of `delimiters`, white space between them shrunk to a blank. */
export function readWords(
  field: string,
  start: number,
  delimiters: string,
  { comments = false, quotes = false }: { readonly comments?: boolean; readonly quotes?: boolean },
): { readonly text: string; readonly end: number } {
  let text = ''
  let at = start
  let blank = false
  const append = (word: string) => {
    text += blank && text !== '' ? ` ${word}` : word
    blank = false
  }
  while (at < field.length && !delimiters.includes(field[at] as string)) {
    const character = field[at] as string
    if (' \t\r\n'.includes(character)) {
      blank = true
      at += 1
    } else if (comments && character === '(') {
      at = endOfComment(field, at)
    } else if (quotes && character === '"') {
      const [whole, content = ''] = /^"((?:\\[\s\S]|[^"\\])*)(?:"|\\?$)/.exec(field.slice(at)) as RegExpExecArray
      append(content.replace(/\\(["\\])/g, '$1'))
      at += whole.length
    } else {
      append(character)
      at += 1
    }
  }
  return { text, end: at }
}

function endOfComment(field: string, start: number): number {
  let depth = 0
  for (let at = start; at < field.length; at += 1) {
    if (field[at] === '\\') at += 1
    else if (field[at] === '(') depth += 1
    else if (field[at] === ')') depth -= 1
    if (depth === 0) return at + 1
  }
  return field.length
}

/** A field that a tokenizer cannot take apart, in its own words. */
export class TokenError extends Error {
  override readonly name = 'TokenError'
}

/** Parameters behind a value, as the reference's HTTP engine splits them: at `;`, then at `=`, and strict about quotes. */
export function splitParameters(field: string): NamedValue[] {
  return splitAtSemicolons(field)
    .slice(1)
    .flatMap((token) => {
      const [name, value] = splitAtEquals(token)
      return name === undefined ? [] : [{ name, value }]
    })
}

function splitAtSemicolons(field: string): string[] {
  const pieces = field.match(/(?:[^;"]|"(?:\\[\s\S]|[^"\\])*"|".*)+/gs) ?? []
  const tokens = pieces.map((piece) => piece.trim()).filter((piece) => piece !== '')
  for (const token of tokens) {
    if (/^(?:[^"]|"(?:\\[\s\S]|[^"\\])*")*"(?:\\[\s\S]|[^"\\])*\\?$/.test(token))
      throw new TokenError('unterminated quote')
  }
  return tokens
}

/** At most two tokens count. One that begins with a quote ends with its second. */
function splitAtEquals(token: string): string[] {
  const found: string[] = []
  for (let at = 0; at < token.length && found.length < 2; ) {
    const rest = token.slice(at)
    if (rest[0] === '=') at += 1
    else if (rest[0] === '"') {
      const quoted = /^"((?:\\[\s\S]|[^"\\])*)"/.exec(rest)
      if (quoted === null) throw new TokenError('unterminated quote')
      found.push((quoted[1] ?? '').replace(/\\([\s\S])/g, '$1'))
      at += quoted[0].length
      if (at < token.length && token[at] !== '=' && found.length < 2) throw new TokenError('characters after end quote')
    } else {
      const plain = /^[^=]+/.exec(rest)?.[0] ?? ''
      found.push(plain)
      at += plain.length
    }
  }
  return found
}
