import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { requirements } from './fixtures/requirements/index.ts'
import { defaultTopologyFile, topologyFile } from './scripts/package-facts.ts'
import { readTopologyFile } from './scripts/topology-file.ts'

/** Most tests wait for sockets or for other processes: by default there would be one worker fewer than there are cores. */
const maxWorkers = Math.max(2, availableParallelism())

/** What scenarios need, whether they judge (conformance) or are judged themselves (proof). */
const scenarios = {
  include: ['suites/**/*.suite.ts'],
  // The catalogue is the list of tags: `--tags-filter=CONN-HTTPS-03`, and an unknown id fails.
  tags: requirements.map(({ id, statement }) => ({ name: id, description: statement })),
  provide: { topology: readTopologyFile(defaultTopologyFile()) },
  // A flaky result is a finding.
  retry: 0,
  isolate: false,
  pool: 'threads' as const,
  maxWorkers,
}

/** What starts containers. */
const containers = {
  globalSetup: 'suites/containers/engine-setup.ts',
  provide: { topology: readTopologyFile(topologyFile('minimal')) },
  retry: 0,
  testTimeout: 60_000,
}
const alone = 'docker/container-mode.container.ts'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{fixtures,mocks,suites,scripts,docker}/**/*.test.ts'],
          retry: 0,
          maxWorkers,
          testTimeout: 60_000,
        },
      },
      { test: { ...scenarios, name: 'conformance', globalSetup: 'suites/global-setup.ts', testTimeout: 60_000 } },
      {
        test: {
          ...containers,
          name: 'containers',
          include: ['{suites,scripts,docker}/**/*.container.ts'],
          exclude: [alone],
          maxWorkers,
          sequence: { groupOrder: 1 },
        },
      },
      // It looks at all that an engine keeps.
      { test: { ...containers, name: 'containers-alone', include: [alone], sequence: { groupOrder: 2 } } },
      { test: { ...scenarios, name: 'proof', globalSetup: 'suites/proof/global-setup.ts', testTimeout: 120_000 } },
    ],
  },
})
