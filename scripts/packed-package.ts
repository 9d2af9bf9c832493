import { execFile } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { readPackageFacts } from './package-facts.ts'

/** A project of a vendor in which this package is installed as it is published: JavaScript, without the rest. */
export interface VendorProject extends Disposable {
  readonly folder: string
  /** Runs a program there, on this Node; both streams are the output. */
  run(command: string, args: readonly string[]): Promise<Outcome>
}

export interface Outcome {
  readonly code: number | null
  readonly output: string
}

export interface DocumentExample {
  /** The name of its file, which stands in its first line. */
  readonly name: string
  readonly code: string
}

/** Packs this checkout and installs it, with the dependencies of the checkout and thus without a network. */
export async function installPacked(): Promise<VendorProject> {
  const { root } = readPackageFacts()
  const folder = mkdtempSync(join(tmpdir(), 'roadworthy-packed-'))
  const installed = join(folder, 'node_modules', 'roadworthy')
  await succeed(runIn(root, 'npm', ['pack', '--silent', '--pack-destination', folder]))
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? ''
  mkdirSync(installed, { recursive: true })
  await succeed(runIn(folder, 'tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']))
  linkDependencies(root, folder, installed)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'vendor', private: true, type: 'module' }))
  return {
    folder,
    run: (command, args) => runIn(folder, command, args),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  }
}

/** The code blocks of a document in docs/ that are files to be run; every block has to be one, `languages` aside. */
export function examplesOf(document: string, languages: readonly string[] = []): readonly DocumentExample[] {
  const text = readFileSync(join(readPackageFacts().root, 'docs', document), 'utf8')
  const examples = [...text.matchAll(/^```js\n\/\/ (\S+)\n([\s\S]*?)^```$/gm)]
  const blocks = [...text.matchAll(/^```(\w+)/gm)].filter(([, language = '']) => !languages.includes(language))
  if (blocks.length !== examples.length) throw new Error(`${document}: an example has no name in its first line`)
  return examples.map(([, name = '', code = '']) => ({ name, code }))
}

async function succeed(running: Promise<Outcome>): Promise<void> {
  const { code, output } = await running
  if (code !== 0) throw new Error(output)
}

function linkDependencies(root: string, folder: string, installed: string): void {
  const { dependencies, bin } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>
    readonly bin: { readonly roadworthy: string }
  }
  for (const name of [...Object.keys(dependencies), '@types/node']) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), link)
  }
  const command = join(installed, bin.roadworthy)
  chmodSync(command, 0o755)
  mkdirSync(join(folder, 'node_modules', '.bin'))
  symlinkSync(command, join(folder, 'node_modules', '.bin', 'roadworthy'))
}

function runIn(cwd: string, command: string, args: readonly string[]): Promise<Outcome> {
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, VITEST: ___, ...inherited } = process.env
  const env = { ...inherited, PATH: `${dirname(process.execPath)}${delimiter}${inherited['PATH']}` }
  return new Promise((done) => {
    const child = execFile(command, args, { cwd, env, maxBuffer: 16 * 1024 * 1024 }, (_error, stdout, stderr) => {
      done({ code: child.exitCode, output: stdout + stderr })
    })
  })
}
