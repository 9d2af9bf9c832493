/** Documents in a form where prefixes, layout and the order of keys and of lists of services and clients do not count. */

/** One line for each value, keys sorted; undefined if the text is no JSON. */
export function canonicalJson(text: string): string | undefined {
  try {
    return JSON.stringify(sorted(JSON.parse(text)), null, 1)
  } catch {
    return undefined
  }
}

const freeLists = new Set(['service', 'member', 'endpoint_list'])

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => {
        const content = sorted(item)
        return [key, freeLists.has(key) && Array.isArray(content) ? content.sort(byText) : content]
      }),
  )
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1
}

interface Element {
  readonly name: string
  readonly attributes: readonly string[]
  readonly content: (Element | string)[]
}

const placeholder = /<(uuid|date|request-id|generated-id|hash ok|boundary|address|version|host|provider\.\w+)>/g

/**
 * One line for each element, names with their namespace; undefined if the text is no well-formed document.
 * Placeholders of the normalised form are text.
 */
export function canonicalXml(text: string): string | undefined {
  const root = parseXml(text.replace(placeholder, '[$1]'))
  return root === undefined ? undefined : printElement(root, '').join('\n')
}

function printElement(element: Element, indent: string): string[] {
  const children = element.content.filter((item) => typeof item !== 'string')
  const text = element.content.filter((item) => typeof item === 'string').join('')
  const start = `${indent}<${[element.name, ...element.attributes].join(' ')}>`
  if (children.length === 0) return [`${start}${text}`]
  const blocks = children.map((child) => ({ child, lines: printElement(child, `${indent} `) }))
  const free = (item: (typeof blocks)[number]) => freeLists.has(item.child.name.replace(/^\{.*\}/, ''))
  const ordered = [
    ...blocks.filter((item) => !free(item)),
    ...blocks.filter(free).sort((a, b) => byText(a.lines, b.lines)),
  ]
  return [text.trim() === '' ? start : `${start}${text.trim()}`, ...ordered.flatMap((item) => item.lines)]
}

const token =
  /<!--.*?-->|<\?.*?\?>|<!\[CDATA\[(.*?)\]\]>|<(\/?)([^\s<>/!?]+)((?:"[^"]*"|'[^']*'|[^<>"'])*?)(\/?)>|([^<]+)/gsy

function parseXml(text: string): Element | undefined {
  const stack: { element: Element; scope: ReadonlyMap<string, string> }[] = []
  let root: Element | undefined
  token.lastIndex = 0
  while (token.lastIndex < text.length) {
    const found = token.exec(text)
    if (found === null) return undefined
    const [, cdata, closing, name, attributes = '', empty, characters] = found
    const top = stack.at(-1)
    if (name === undefined) {
      const content = cdata ?? (characters === undefined ? undefined : decodeEntities(characters))
      if (content !== undefined) top?.element.content.push(content)
    } else if (closing !== '') {
      if (top === undefined) return undefined
      stack.pop()
    } else {
      const { element, scope } = openElement(name, attributes, top?.scope ?? new Map())
      if (top === undefined) root ??= element
      else top.element.content.push(element)
      if (empty === '') stack.push({ element, scope })
    }
  }
  return stack.length === 0 ? root : undefined
}

function openElement(name: string, source: string, outer: ReadonlyMap<string, string>) {
  const scope = new Map(outer)
  const plain: [string, string][] = []
  for (const [, key = '', , value = ''] of source.matchAll(/([^\s=]+)\s*=\s*(["'])(.*?)\2/gs)) {
    if (key === 'xmlns') scope.set('', value)
    else if (key.startsWith('xmlns:')) scope.set(key.slice(6), value)
    else plain.push([key, decodeEntities(value)])
  }
  const expand = (qualified: string, isAttribute: boolean) => {
    const [local = '', prefix] = qualified.split(':').reverse()
    const uri = prefix === undefined && isAttribute ? '' : (scope.get(prefix ?? '') ?? prefix ?? '')
    return uri === '' ? local : `{${uri}}${local}`
  }
  const attributes = plain.map(([key, value]) => `${expand(key, true)}="${value}"`).sort()
  const element: Element = { name: expand(name, false), attributes, content: [] }
  return { element, scope }
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function decodeEntities(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return entities[name] ?? whole
    return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16))
  })
}
