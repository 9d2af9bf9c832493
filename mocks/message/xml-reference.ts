/** Characters that XML 1.0 does not have. */
export const invalidCharacter =
  /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const numeric = /^&(#x[0-9a-fA-F]+|#[0-9]+);/
const named = /^&([\p{L}_][\p{L}\p{N}_.-]*)/u

/** Reports a mistake at an offset of the document; never returns. */
type Fail = (message: string, offset: number) => never

/** Resolves the character or predefined entity reference at the start of `source`; anything else is an error. */
export function resolveReference(source: string, offset: number, fail: Fail): { character: string; length: number } {
  const number = numeric.exec(source)
  if (number !== null) {
    const [whole, reference = ''] = number
    const code = reference[1] === 'x' ? Number.parseInt(reference.slice(2), 16) : Number(reference.slice(1))
    const character = code <= 0x10ffff ? String.fromCodePoint(code) : '\u0000'
    if (invalidCharacter.test(character)) {
      fail(`Character reference "&${reference}" is an invalid XML character.`, offset + whole.length)
    }
    return { character, length: whole.length }
  }
  const name = named.exec(source)?.[1]
  if (name === undefined)
    return fail("The entity name must immediately follow the '&' in the entity reference.", offset + 1)
  if (source[name.length + 1] !== ';') {
    return fail(`The reference to entity "${name}" must end with the ';' delimiter.`, offset + 1 + name.length)
  }
  const character = entities[name]
  if (character === undefined)
    return fail(`The entity "${name}" was referenced, but not declared.`, offset + 2 + name.length)
  return { character, length: name.length + 2 }
}
