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
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readPackageFacts } from './package-facts.ts'

// What is published is not what is tested otherwise: JavaScript under dist/, without the files that nobody needs.
const { root, version } = readPackageFacts()
const folder = mkdtempSync(join(tmpdir(), 'roadworthy-packed-'))
const installed = join(folder, 'node_modules', 'roadworthy')

beforeAll(async () => {
  const packed = await run('npm', ['pack', '--silent', '--pack-destination', folder], root)
  expect(packed.code, packed.output).toBe(0)
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? ''
  mkdirSync(installed, { recursive: true })
  const unpacked = await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1'])
  expect(unpacked.code, unpacked.output).toBe(0)
  linkDependencies()
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'vendor', private: true, type: 'module' }))
}, 60_000)

afterAll(() => rmSync(folder, { recursive: true }))

const document = readFileSync(join(root, 'docs', 'vendor-tests.md'), 'utf8')
const examples = [...document.matchAll(/^```js\n\/\/ (\S+)\n([\s\S]*?)^```$/gm)].map(([, name = '', code = '']) => {
  return { name, code }
})

test('every example of the document has a name', () => {
  expect(examples.length).toBe(document.match(/^```./gm)?.length)
})

test.for(examples)('$name runs', { timeout: 30_000 }, async ({ name, code }) => {
  writeFileSync(join(folder, name), code)
  const { code: exitCode, output } = await run(process.execPath, ['--test', '--test-reporter=tap', name])
  expect(output).toMatch(/^# pass [1-9]/m)
  expect(output).toMatch(/^# fail 0$/m)
  expect(exitCode, output).toBe(0)
})

test('the command line is there', { timeout: 30_000 }, async () => {
  expect(await run('npx', ['roadworthy', '--version'])).toMatchObject({ code: 0, output: `${version}\n` })
  const help = await run('npx', ['roadworthy', '--help'])
  expect(help.output).toContain('roadworthy up')
  expect(help.code).toBe(0)
})

test('the compiled scenarios run', { timeout: 60_000 }, async () => {
  const { code, output } = await run('npx', ['roadworthy', 'run', '--requirement', 'CONN-HTTPS-01'])
  expect(output).toMatch(/FI-DEV conforms: (\d+) of \1 scenarios passed\./)
  expect(code, output).toBe(0)
})

test('types are complete', { timeout: 60_000 }, async () => {
  writeFileSync(
    join(folder, 'vendor.ts'),
    `import { type Exchange, startEnvironment } from 'roadworthy'
export async function seen(): Promise<readonly Exchange[]> {
  await using environment = await startEnvironment(undefined, { profile: '7.8' })
  return environment.exchanges.all()
}
`,
  )
  const options = [
    '--noEmit',
    '--skipLibCheck',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2024',
    '--lib',
    'es2024,esnext.disposable',
  ]
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { code, output } = await run(process.execPath, [tsc, ...options, '--types', 'node', 'vendor.ts'])
  expect(output).toBe('')
  expect(code).toBe(0)
})

/** As `npm install` would, but from this checkout and thus without a network: dependencies, and the command. */
function linkDependencies(): void {
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

function run(command: string, args: readonly string[], cwd = folder): Promise<{ code: number | null; output: string }> {
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, VITEST: ___, ...inherited } = process.env
  const env = { ...inherited, PATH: `${dirname(process.execPath)}${delimiter}${inherited['PATH']}` }
  return new Promise((done) => {
    const child = execFile(command, args, { cwd, env, maxBuffer: 16 * 1024 * 1024 }, (_error, stdout, stderr) => {
      done({ code: child.exitCode, output: stdout + stderr })
    })
  })
}
