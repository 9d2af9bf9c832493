import { expect, test } from 'vitest'
import { readContainerSettings } from './container-settings.ts'

test('variables of others are passed over, and those that are nearly ours are refused', () => {
  const others = {
    ROADWORTHY_OUT: 'record.json',
    ROADWORTHY_IMAGE: 'registry.example/roadworthy:1',
    ROADWORTHY_SERVICE_HOST: '10.0.0.1',
    ROADWORTHY_PORT_8080_TCP: 'tcp://10.0.0.1:8080',
    ROADWORTHY_ROLLE: '',
  }
  expect(readContainerSettings(others)).toMatchObject({ role: 'environment', server: undefined, token: undefined })
  expect(() => readContainerSettings({ ...others, ROADWORTHY_ROLLE: 'security-server' })).toThrow(
    'nothing is configured by ROADWORTHY_ROLLE; write ROADWORTHY_ROLE',
  )
})
