/** Reports a mistake at an offset of the document; never returns. */
type Fail = (message: string, offset: number) => never

const pseudoAttributes = ['version', 'encoding', 'standalone']
const namePattern = /[A-Za-z][A-Za-z0-9._-]*/y
const spacePattern = /[ \t\r\n]*/y

/** Reads the XML declaration that begins at `start` and gives the offset behind it. What it says of the encoding has been heeded. */
export function readXmlDeclaration(text: string, start: number, fail: Fail): number {
  let at = start + 5
  let next = 0
  const skip = (pattern: RegExp): string => {
    pattern.lastIndex = at
    const [found] = pattern.exec(text) ?? ['']
    at += found.length
    return found
  }
  for (let space = skip(spacePattern); text[at] !== '?'; space = skip(spacePattern)) {
    if (at >= text.length) return fail('XML document structures must start and end within the same entity.', at)
    const name = skip(namePattern)
    const value = readValue(name)
    const index = pseudoAttributes.indexOf(name, next)
    if (next === 0 && index !== 0) return fail('The version is required in the XML declaration.', at)
    if (index < 0) return fail(misplaced(next), at)
    // Before `standalone` the reference speaks of the encoding, too.
    if (space === '') {
      return fail('White space is required before the encoding pseudo attribute in the XML declaration.', at)
    }
    checkValue(name, value)
    next = index + 1
  }
  if (next === 0) return fail('The version is required in the XML declaration.', at)
  return text[at + 1] === '>' ? at + 2 : fail('The XML declaration must end with "?>".', at + 1)

  function readValue(name: string): string {
    if (name === '') return fail('A pseudo attribute name is expected.', at)
    skip(spacePattern)
    if (text[at] !== '=') return fail(`The ' = ' character must follow "${name}" in the XML declaration.`, at)
    at += 1
    skip(spacePattern)
    const quote = text[at]
    if (quote !== '"' && quote !== "'") {
      return fail(`The value following "${name}" in the XML declaration must be a quoted string.`, at)
    }
    const end = text.indexOf(quote, at + 1)
    if (end < 0) return fail('XML document structures must start and end within the same entity.', text.length)
    const value = text.slice(at + 1, end)
    at = end + 1
    return value
  }

  function checkValue(name: string, value: string): void {
    if (name === 'version' && value !== '1.0' && value !== '1.1') {
      fail(`XML version "${value}" is not supported, only XML 1.0 is supported.`, at)
    }
    if (name === 'encoding' && !/^[A-Za-z][A-Za-z0-9._-]*$/.test(value)) {
      fail(`Invalid encoding name "${value}".`, at)
    }
    if (name === 'standalone' && value !== 'yes' && value !== 'no') {
      fail(`The standalone document declaration value must be "yes" or "no", not "${value}".`, at)
    }
  }
}

function misplaced(next: number): string {
  if (next === 1) return 'The encoding declaration is required in the text declaration.'
  return next === 2
    ? 'The standalone name in XML declaration may be misspelled.'
    : 'no more pseudo attributes is allowed.'
}
