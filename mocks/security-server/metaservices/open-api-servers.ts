import { fault } from '../../fault/fault.ts'
import type { DescriptionTree } from './description-tree.ts'
import { writeJsonTree } from './json-tree.ts'

/**
 * Reduces the address of every server of an OpenAPI description to its path, in place: consumers need not know where a
 * provider's systems are. An address with variables stays. Refuses a version other than 3 and an address that is no URI.
 */
export function concealServers(tree: DescriptionTree): void {
  if (tree.kind !== 'object') return
  const version = tree.members.get('openapi')
  if (version !== undefined && !(version.kind === 'string' && version.value.startsWith('3.'))) {
    throw fault('openApiVersion', { version: writeJsonTree(version) })
  }
  const servers = tree.members.get('servers')
  for (const server of servers?.kind === 'array' ? servers.items : []) {
    const url = server.kind === 'object' ? server.members.get('url') : undefined
    if (server.kind !== 'object' || url?.kind !== 'string') continue
    if (!(url.value.includes('{') && url.value.includes('}'))) server.members.set('url', pathOf(url.value))
  }
}

/** The path as java.net.URI understands it: decoded, empty without one, none in an address like `mailto:`. */
function pathOf(url: string): DescriptionTree {
  const parts = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)/.exec(url)
  const [, scheme, authority, path = ''] = parts ?? []
  const illegal = /[\s"<>{}|\\^`\x00-\x1f\x7f]|%(?![0-9A-Fa-f]{2})/.test(url)
  if (illegal || /#.*#/.test(url) || (scheme === undefined && /^[^/?#]*:/.test(url)) || url.endsWith('://')) {
    throw fault('openApiServerUrl', { url })
  }
  if (scheme !== undefined && authority === undefined && !path.startsWith('/')) return { kind: 'literal', text: 'null' }
  return { kind: 'string', value: decodeEscapes(path) }
}

function decodeEscapes(path: string): string {
  return path.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'))
}
