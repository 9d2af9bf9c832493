import { type DescriptionTree, numberTree } from './description-tree.ts'

/** Reads a JSON document; throws a SyntaxError for anything else. */
export function readJsonTree(text: string): DescriptionTree {
  JSON.parse(text)
  // It is JSON, so what is left to find are its tokens; JSON.parse alone would sort members that look like numbers.
  const tokens = text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]|[^\s,:{}[\]"]+/g)
  const next = () => tokens.next().value?.[0] ?? ''
  return readValue(next(), next)
}

function readValue(token: string, next: () => string): DescriptionTree {
  if (token === '{') {
    const members = new Map<string, DescriptionTree>()
    for (let name = next(); name !== '}'; name = next()) members.set(JSON.parse(name), readValue(next(), next))
    return { kind: 'object', members }
  }
  if (token === '[') {
    const items: DescriptionTree[] = []
    for (let item = next(); item !== ']'; item = next()) items.push(readValue(item, next))
    return { kind: 'array', items }
  }
  if (token.startsWith('"')) return { kind: 'string', value: JSON.parse(token) }
  return /^[-\d]/.test(token) ? numberTree(token) : { kind: 'literal', text: token }
}

/** Writes a tree as compact JSON. */
export function writeJsonTree(tree: DescriptionTree): string {
  switch (tree.kind) {
    case 'object':
      return `{${[...tree.members].map(([name, value]) => `${JSON.stringify(name)}:${writeJsonTree(value)}`).join(',')}}`
    case 'array':
      return `[${tree.items.map(writeJsonTree).join(',')}]`
    case 'string':
      return JSON.stringify(tree.value)
    case 'literal':
      return tree.text
  }
}
