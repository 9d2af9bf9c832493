#!/usr/bin/env node
// The door to the command line: on a Node that is too old its libraries would fail in words of their own.
import { refuseOldNode } from './node-version.ts'

const refusal = refuseOldNode(process.versions.node)
if (refusal === undefined) {
  await import('./cli.ts')
} else {
  process.stderr.write(`${refusal}\n`)
  process.exitCode = 2
}
