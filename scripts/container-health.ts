import { get } from 'node:http'
import { containerPorts, healthPath } from '../fixtures/container-layout.ts'

// The health check of the image: asks what runs beside it, and ends with 0 if that is up. Loads nothing else: it runs often.
const request = get({ host: '127.0.0.1', port: containerPorts.control, path: healthPath, timeout: 2000 }, (answer) => {
  process.exit(answer.statusCode === 200 ? 0 : 1)
})
request.on('timeout', () => request.destroy(new Error('no answer in 2 s')))
request.on('error', () => process.exit(1))
