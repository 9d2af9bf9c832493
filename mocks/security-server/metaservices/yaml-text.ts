import type { DescriptionTree } from './description-tree.ts'

/** Columns beyond which a quoted string goes on in the next line. */
const width = 80

const step = 2

/**
 * Writes a tree as YAML in the reference's style: every string in double quotes, long ones folded; names bare where
 * nothing could mistake them; lists at the indentation of their name.
 */
export function writeYamlTree(tree: DescriptionTree): string {
  return isBlock(tree) ? `---${writeBlock(tree, 0, true)}` : `--- ${writeInline(tree, 4, step)}\n`
}

function isBlock(tree: DescriptionTree): boolean {
  return (tree.kind === 'object' && tree.members.size > 0) || (tree.kind === 'array' && tree.items.length > 0)
}

/** The lines of a collection; without `onOwnLine` the first one continues the line of its list item. */
function writeBlock(tree: DescriptionTree, indent: number, onOwnLine: boolean): string {
  const margin = ' '.repeat(indent)
  const lines = tree.kind === 'object' ? memberLines(tree.members, indent) : itemLines(tree, indent)
  const text = lines.join(margin)
  return onOwnLine ? `\n${margin}${text}` : text
}

function memberLines(members: ReadonlyMap<string, DescriptionTree>, indent: number): string[] {
  return [...members].map(([name, value]) => {
    const key = `${nameText(name)}:`
    if (!isBlock(value)) return `${key} ${writeInline(value, indent + key.length + 1, indent + step)}\n`
    return key + writeBlock(value, value.kind === 'array' ? indent : indent + step, true)
  })
}

function itemLines(tree: DescriptionTree, indent: number): string[] {
  const items = tree.kind === 'array' ? tree.items : []
  return items.map((item) =>
    isBlock(item)
      ? `- ${writeBlock(item, indent + step, false)}`
      : `- ${writeInline(item, indent + step, indent + step)}\n`,
  )
}

function writeInline(tree: DescriptionTree, column: number, indent: number): string {
  if (tree.kind === 'object') return '{}'
  if (tree.kind === 'array') return '[]'
  return tree.kind === 'literal' ? tree.text : quote(tree.value, column, indent)
}

const reservedNames =
  /^(?:|~.*|y|Y|n|N|(?:yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|true|True|TRUE|false|False|FALSE|null|Null|NULL))$/

/** Bare, in single quotes where markup would be seen in it, in double quotes where it would not be a string. */
function nameText(name: string): string {
  if (reservedNames.test(name) || /^[-+.\d]/.test(name) || unwritable.test(name)) return quote(name, 0, undefined)
  const isMarkup = /^[#,[\]{}&*!|>'"%@`]|^[?:](?: |$)|:(?: |$)| #|^ | $/.test(name)
  return isMarkup ? `'${name.replaceAll("'", "''")}'` : name
}

/** What no bare or single-quoted text may hold. */
const unwritable = /[\x00-\x1f\x7f-\x9f\ufeff\ufffe\uffff]/

const shortEscapes: Readonly<Record<string, string>> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\x85': 'N',
  '\xa0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
}

/** `indent` is that of the lines a long text goes on in; without one it stays in its line. */
function quote(text: string, column: number, indent: number | undefined): string {
  let out = '"'
  /** Where the next character goes. */
  let at = column + 1
  /** Characters since the last place where the text could have been cut. */
  let run = ''
  const cut = (next: string | undefined) => {
    out += `${run}\\\n${' '.repeat(indent ?? 0)}${next === ' ' ? '\\' : ''}`
    at = (indent ?? 0) + (next === ' ' ? 1 : 0)
    run = ''
  }
  let offset = 0
  for (const character of text) {
    const mayCut = indent !== undefined && offset > 0 && offset < text.length - 1
    if (/[ -~]/.test(character) && character !== '"' && character !== '\\') {
      if (mayCut && (character === ' ' || run === '') && at + run.length > width) cut(character)
      run += character
    } else {
      const escaped = escapeCharacter(character)
      out += run + escaped
      at += run.length + escaped.length
      run = ''
      if (mayCut && at - 1 > width) cut(text[offset + character.length])
    }
    offset += character.length
  }
  return `${out}${run}"`
}

function escapeCharacter(character: string): string {
  const short = shortEscapes[character]
  if (short !== undefined) return `\\${short}`
  const code = character.codePointAt(0) ?? 0
  if (code >= 0xa0 && !/[\ud800-\udfff\ufffe\uffff]/u.test(character)) return character
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}
