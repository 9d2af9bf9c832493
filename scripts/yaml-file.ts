import { readFileSync, statSync } from 'node:fs'
import { type Document, isAlias, isCollection, isMap, isNode, isPair, isSeq, LineCounter, parseDocument } from 'yaml'
import type { SchemaIssue } from '../fixtures/schema-issues.ts'
import { UsageError } from '../fixtures/usage-error.ts'
import { fileReason } from './file-error.ts'

/** The value of a YAML file, and a way to say where in the file something is wrong with it. */
export interface YamlFile {
  readonly value: unknown
  /** One error for all issues, each on a line of its own: `file:line:column: what is wrong; what to write instead`. */
  refuse(issues: readonly SchemaIssue[]): UsageError
}

const maximumBytes = 10 * 1024 * 1024
/** Aliases may multiply what a file says; this is what all of it may come to. */
const maximumNodes = 2_000_000
/** One slip of the pen can cause a complaint about every line after it. */
const maximumSentences = 50

type Locate = (offset: number) => string
/** What each alias stands for. */
type Targets = ReadonlyMap<unknown, unknown>

/** Reads a file with one YAML document; throws a UsageError for whatever cannot be read. `kind` is "topology", "bindings" or the like. */
export function readYamlFile(file: string, kind: string): YamlFile {
  const text = readText(file, kind)
  const lines = new LineCounter()
  const locate: Locate = (offset) => {
    const { line, col } = lines.linePos(offset)
    return `${file}:${Math.max(line, 1)}:${Math.max(col, 1)}`
  }
  try {
    const document = parse(text, lines, locate)
    if (document.contents === null) throw new UsageError(`${locate(0)}: the file is empty; write the ${kind} in it`)
    const targets = resolveAliases(document, locate)
    return {
      value: document.toJS({ maxAliasCount: -1 }),
      refuse: (issues) => refuse(issues, (path) => offsetAt(document, targets, path), locate),
    }
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new UsageError(`${locate(0)}: the file is nested too deeply; write it flatter`, { cause })
  }
}

function readText(file: string, kind: string): string {
  let bytes: Buffer
  try {
    const stats = statSync(file)
    if (!stats.isFile()) throw new UsageError(`${file}: this is not a file; name a ${kind} file`)
    if (stats.size > maximumBytes) {
      throw new UsageError(`${file}: the file is larger than 10 MiB; write less in it`)
    }
    bytes = readFileSync(file)
  } catch (cause) {
    if (cause instanceof UsageError) throw cause
    throw new UsageError(`${file}: the file cannot be read (${fileReason(cause)}); name a ${kind} file`, { cause })
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new UsageError(`${file}: this is not UTF-8 text; save it as UTF-8`, { cause })
  }
}

function parse(text: string, lineCounter: LineCounter, locate: Locate): Document {
  const document = parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: true, logLevel: 'error' })
  const mistakes = [...document.errors, ...document.warnings]
  if (mistakes.some(({ code }) => code === 'RESOURCE_EXHAUSTION')) throw new RangeError('YAML nested too deeply')
  if (mistakes.length === 0) return document
  throw sentences(mistakes.map(({ pos, code, message }) => `${locate(pos[0])}: ${syntaxMistake(code, message)}`))
}

function syntaxMistake(code: string, message: string): string {
  switch (code) {
    case 'MULTIPLE_DOCS':
      return 'a second document begins here; write one document per file'
    case 'DUPLICATE_KEY':
      return 'this key stands here twice; leave one out'
    case 'TAB_AS_INDENT':
      return 'a tab stands here; indent with spaces'
    case 'TAG_RESOLVE_FAILED':
      return 'a tag stands here; leave it out'
    default:
      return `this is not YAML (${message.replace(/\s+/g, ' ')}); correct it`
  }
}

/**
 * Finds what each alias stands for. Refuses an alias that names nothing, one inside its own anchor, and aliases of aliases
 * with which the document, written out, would exceed the bound.
 */
function resolveAliases(document: Document, locate: Locate): Targets {
  const anchors = new Map<string, unknown>()
  const targets = new Map<unknown, unknown>()
  const sizes = new Map<unknown, number>()
  const refuse = (node: unknown, message: string): UsageError => new UsageError(`${locate(offsetOf(node))}: ${message}`)
  const measure = (node: unknown): number => {
    if (isPair(node)) return measure(node.key) + measure(node.value)
    if (isAlias(node)) {
      const target = anchors.get(node.source)
      if (target === undefined) throw refuse(node, `nothing before this is named "&${node.source}"; write it out here`)
      targets.set(node, target)
      return bounded(node, sizes.get(target) ?? 1)
    }
    if (isNode(node) && node.anchor !== undefined) anchors.set(node.anchor, node)
    if (!isCollection(node)) return 1
    // Whoever meets it before it is measured stands inside it.
    sizes.set(node, Number.POSITIVE_INFINITY)
    const size = bounded(
      node,
      node.items.reduce((sum: number, item) => sum + measure(item), 1),
    )
    sizes.set(node, size)
    return size
  }
  const bounded = (node: unknown, size: number): number => {
    if (size > maximumNodes) throw refuse(node, 'aliases repeat too much here; write fewer of them')
    return size
  }
  measure(document.contents)
  return targets
}

function refuse(
  issues: readonly SchemaIssue[],
  offsetOf: (path: SchemaIssue['path']) => number,
  locate: Locate,
): UsageError {
  const placed = issues.map(({ path, message }) => ({ offset: offsetOf(path), message }))
  const ordered = placed.toSorted((a, b) => a.offset - b.offset)
  return sentences(ordered.map(({ offset, message }) => `${locate(offset)}: ${message}`))
}

function sentences(all: readonly string[]): UsageError {
  // What is wrong behind an anchor is found once for each alias.
  const lines = [...new Set(all)]
  const more = lines.length - maximumSentences
  return new UsageError([...lines.slice(0, maximumSentences), ...(more > 0 ? [`and ${more} more`] : [])].join('\n'))
}

/** Where the last key or entry of a path begins; for what is missing, where it should stand. */
function offsetAt(document: Document, targets: Targets, path: SchemaIssue['path']): number {
  let node: unknown = document.contents
  let offset = offsetOf(node)
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => keyText(key) === String(step))
      if (pair === undefined) return offset
      offset = offsetOf(pair.key)
      node = targets.get(pair.value) ?? pair.value
    } else if (isSeq(node)) {
      const item = node.items[Number(step)]
      node = targets.get(item) ?? item
      offset = offsetOf(node)
    } else return offset
  }
  return offset
}

function keyText(key: unknown): string {
  return typeof key === 'object' && key !== null && 'value' in key ? String(key.value) : String(key)
}

function offsetOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0
}
