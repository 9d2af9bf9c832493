import type { XmlElement } from '../observe/xml.ts'

const codes = new Set([
  'code',
  'memberCode',
  'subsystemCode',
  'serverCode',
  'groupCode',
  'xRoadInstance',
  'memberClass',
])

/** The path of a code that is blank, which the schemas allow and which identifies nothing. */
export function findBlankCode({ name, children, text }: XmlElement, path = name): string | undefined {
  if (children.length === 0) return codes.has(name) && text.trim() === '' ? path : undefined
  // Who is in a group is compared, not read.
  for (const child of children.filter((one) => one.name !== 'groupMember')) {
    const found = findBlankCode(child, `${path}/${child.name}`)
    if (found !== undefined) return found
  }
  return undefined
}
