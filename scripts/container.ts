import { containerFiles, containerVariables } from '../fixtures/container-layout.ts'
import { beginRsaKeys } from '../mocks/pki/rsa-key-supply.ts'
import { hasFiles } from './folder-state.ts'

// What runs in a container of the image. Here, and only here, listeners are open to all addresses.

// A signal ends a process that does not listen for it at once, and there is nothing to lose until something is started. The
// first process of a container is spared that, so it listens before it loads the rest.
let stopping = false
const { promise: asked, resolve: ask } = Promise.withResolvers<NodeJS.Signals>()
const isFirst = process.pid === 1
if (isFirst) listenForSignals()

// A first start takes its time for keys, and a core has nothing to do while the code is loaded. Containers that play one
// part each share the work.
if (!hasFiles(process.env[containerVariables.keys] || containerFiles.keys)) {
  const role: string = process.env[containerVariables.role] || 'environment'
  beginRsaKeys(role === 'environment' ? 10 : 6)
}

const load = Promise.all([
  import('../fixtures/usage-error.ts'),
  import('./container-settings.ts'),
  import('./exit-code.ts'),
  import('./play-role.ts'),
])
await Promise.race([load, asked])
if (!stopping) {
  const [{ UsageError }, { readContainerSettings }, { exitCodes }, { playRole }] = await load
  try {
    const settings = readContainerSettings(process.env)
    const started = playRole(settings)
    // Whoever asks to stop during the start does not wait for the end of it.
    await Promise.race([started, asked])
    if (!stopping) {
      await using _running = await started
      if (!isFirst) listenForSignals()
      process.stdout.write(`ready: ${settings.server ?? settings.role}, topology ${settings.topologyFile}\n`)
      process.stdout.write(`stopped by ${await asked}\n`)
    }
  } catch (error) {
    const known = error instanceof UsageError
    process.stderr.write(known ? `${error.message}\n` : `This is a defect of roadworthy:\n${(error as Error).stack}\n`)
    process.exitCode = known ? exitCodes.usage : exitCodes.ownDefect
  }
}
// Nothing may hold it back now.
process.exit()

function listenForSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      stopping = true
      ask(signal)
    })
  }
}
