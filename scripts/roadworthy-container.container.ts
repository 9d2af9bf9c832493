import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { containerTest } from '../suites/containers/container-test.ts'
import { topologyFile } from './package-facts.ts'
import { examplesOf, installPacked } from './packed-package.ts'
import { RoadworthyContainer } from './roadworthy-container.ts'

const pem = /^-----BEGIN CERTIFICATE-----/

containerTest('the examples of docs/containers.md run on the package as it is published', async () => {
  using project = await installPacked()
  for (const { name, code } of examplesOf('containers.md', ['sh', 'java', 'python', 'csharp'])) {
    writeFileSync(join(project.folder, name), code)
    const { code: exitCode, output } = await project.run(process.execPath, ['--test', '--test-reporter=tap', name])
    expect(output).toMatch(/^# pass [1-9]/m)
    expect(exitCode, output).toBe(0)
  }
})

containerTest(
  'a certificate of a vendor is listed beside the others, and a client that nobody hosts is refused',
  async () => {
    const start = (client: string) =>
      new RoadworthyContainer().withTopology(topologyFile('minimal')).withClientCertificate(client, certificate).start()
    await using first = await new RoadworthyContainer().withTopology(topologyFile('minimal')).start()
    const { certificate = '' } = first.certificates()['test-services-tls'] ?? {}
    expect(certificate).toMatch(pem)
    const client = 'FI-DEV/GOV/0245437-2/TestClient'
    await using layer = await start(client)
    // Listed already: a security server refuses to list a certificate twice.
    await expect(layer.change('ss1', { kind: 'add-certificate', client, certificate })).rejects.toThrow()
    await expect(start('FI-DEV/GOV/0245437-2/Nobody')).rejects.toThrow(
      'no server of the topology hosts FI-DEV/GOV/0245437-2/Nobody; add the client there',
    )
  },
)
