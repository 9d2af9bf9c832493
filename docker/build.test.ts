import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readPackageFacts } from '../scripts/package-facts.ts'
import { runProgram } from './container-engine.ts'

// An engine and a disk that refuse, played by programs of their names.
const refuse = (sentence: string) => `echo Step 1 >&2; echo "${sentence}" >&2; exit 1`
const answersOnly = (sentence: string) => `[ "$1" = version ] || { ${refuse(sentence)}; }`

test.for([
  {
    kind: 'registry',
    programs: { docker: answersOnly('lookup images.example: no such host.') },
    reason: 'docker build ended with 1: lookup images.example: no such host',
  },
  {
    kind: 'registry',
    programs: { docker: answersOnly('write /x: no space left on device') },
    reason: 'the container engine has no space left on its disk; make some, and try again',
  },
  {
    kind: 'assembled',
    programs: {
      docker: answersOnly(''),
      ldd: 'exit 0',
      strip: 'exit 0',
      install: refuse('install: error writing x: No space left on device'),
    },
    reason: /its files have no place in \S+, where [^\n]+; make room, or name another folder in TMPDIR/,
  },
])('an image that cannot be built ($kind) is one sentence, and leaves nothing behind', async (refused) => {
  const folder = mkdtempSync(join(tmpdir(), 'roadworthy-build-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [programs, temporary] = [join(folder, 'programs'), join(folder, 'temporary')]
  for (const made of [programs, temporary]) mkdirSync(made)
  for (const [name, script] of Object.entries(refused.programs)) {
    writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(programs, name), 0o755)
  }
  const variables = { PATH: `${programs}${delimiter}${process.env['PATH']}`, TMPDIR: temporary }
  const build = [join(readPackageFacts().root, 'docker', 'build.ts'), refused.kind]
  const { code, stdout, stderr } = await runProgram(process.execPath, build, { variables })
  const [, sentence, ...more] = stderr.trimEnd().split('\n')
  expect(sentence).toMatch(refused.reason)
  expect(sentence).toMatch(/^The image cannot be built: .*[^.]\.$/)
  expect([more, stdout, code]).toEqual([[], '', 3])
  expect(readdirSync(temporary)).toEqual([])
})
