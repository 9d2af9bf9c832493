import { isAlias, isMap, isScalar, isSeq, parseDocument, Scalar } from 'yaml'
import { fault } from '../../fault/fault.ts'
import { type DescriptionTree, numberTree } from './description-tree.ts'
import { readJsonTree, writeJsonTree } from './json-tree.ts'
import { concealServers } from './open-api-servers.ts'
import { writeYamlTree } from './yaml-text.ts'

/** Characters of a YAML document beyond which the reference's parser gives up. */
const yamlLimit = 3 * 1024 * 1024

/**
 * Reads an OpenAPI description and writes it anew without the addresses of its servers: layout and comments are lost,
 * the order of members is kept. `url`, where it came from, appears in the fault for one that cannot be read.
 */
export function openApiDocument(text: string, url: string, fileType: 'json' | 'yaml'): string {
  const tree = readTree(text.replace(/^\ufeff/, ''), url, fileType)
  concealServers(tree)
  return fileType === 'json' ? writeJsonTree(tree) : writeYamlTree(tree)
}

function readTree(text: string, url: string, fileType: 'json' | 'yaml'): DescriptionTree {
  try {
    return fileType === 'json' ? readJsonTree(text) : readYamlTree(text)
  } catch (cause) {
    // The document is a stranger's: whatever the parsers make of it, deep nesting included, is a fact about it.
    throw fault('openApiUnreadable', { url }, undefined, cause)
  }
}

function readYamlTree(text: string): DescriptionTree {
  if (text.length > yamlLimit) throw new SyntaxError(`more than ${yamlLimit} characters`)
  // Strings only, so that the scalars can be read by the older rules that the reference reads them by.
  const document = parseDocument(text, { schema: 'failsafe', uniqueKeys: false, logLevel: 'silent' })
  const error = document.errors.find(({ code }) => code !== 'MULTIPLE_DOCS')
  if (error !== undefined) throw error
  return treeOf(document.contents)
}

function treeOf(node: unknown): DescriptionTree {
  if (isMap(node))
    return { kind: 'object', members: new Map(node.items.map(({ key, value }) => [nameOf(key), treeOf(value)])) }
  if (isSeq(node)) return { kind: 'array', items: node.items.map(treeOf) }
  if (isScalar(node)) return scalarTree(node)
  // A reference to another node is not followed: its name stands for it.
  return isAlias(node) ? { kind: 'string', value: node.source } : { kind: 'literal', text: 'null' }
}

function nameOf(key: unknown): string {
  if (isScalar(key)) return String(key.value ?? '')
  if (isAlias(key)) return key.source
  throw new SyntaxError('a member without a name')
}

/** Bare words by the rules of YAML 1.1; times, dates and numbers to the base of 60 stay strings. */
function scalarTree(node: Scalar): DescriptionTree {
  const value = String(node.value ?? '')
  if (node.type !== Scalar.PLAIN || node.tag !== undefined) return { kind: 'string', value }
  if (/^(?:~|null|Null|NULL|)$/.test(value)) return { kind: 'literal', text: 'null' }
  if (/^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/.test(value)) return { kind: 'literal', text: 'true' }
  if (/^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/.test(value)) return { kind: 'literal', text: 'false' }
  const digits = value.replaceAll('_', '')
  if (/^[-+]?(?:0|[1-9][0-9_]*)$/.test(value)) return numberTree(digits)
  const based = /^([-+]?)0(b[01]+|x[0-9a-fA-F]+|[0-7]+)$/.exec(digits)
  if (based !== null) return numberTree(`${based[1]}${basedNumber(based[2] as string)}`)
  if (/^[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?$|^\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?$/.test(value))
    return numberTree(digits)
  return { kind: 'string', value }
}

function basedNumber(digits: string): bigint {
  return BigInt(/^[bx]/.test(digits) ? `0${digits}` : `0o${digits}`)
}
