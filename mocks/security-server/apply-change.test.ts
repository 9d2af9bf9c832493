import { beforeAll, describe, expect, test } from 'vitest'
import { checkTopology } from '../../fixtures/check-topology.ts'
import type { ConfigurationChange } from '../../fixtures/configuration-change.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import { type Credential, deriveKeystore, type Keystore } from '../pki/keystore.ts'
import { applyChange } from './apply-change.ts'
import { buildServerConfiguration, type ServerState } from './server-configuration.ts'
import { initialSigning } from './signing.ts'

const member = 'FI-DEV/GOV/1'
const client = `${member}/Consumer`
const provider = `${member}/Provider`

let certificates: Keystore
let initial: ServerState

beforeAll(async () => {
  const key = 'ec-p256'
  const checked = checkTopology({
    instance: 'FI-DEV',
    memberClasses: ['GOV'],
    members: [{ id: member, name: 'Member' }],
    certificates: { internal: { key }, listed: { key }, other: { key } },
    servers: [
      {
        code: 'ss1',
        owner: member,
        internalCertificate: 'internal',
        clients: [
          { id: client, certificates: ['listed'] },
          { id: `${member}/Ä`, status: 'saved' },
          {
            id: provider,
            localGroups: [{ code: 'group', members: [client] }],
            descriptions: [
              {
                type: 'REST',
                services: [
                  {
                    code: 'rest',
                    url: 'http://localhost/',
                    allow: [
                      { subjects: [{ localGroup: 'group' }] },
                      { subjects: [{ localGroup: 'group' }, { client }], endpoints: [{ method: 'GET', path: '/a' }] },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  })
  if ('issues' in checked) throw new Error(JSON.stringify(checked.issues))
  const [server] = checked.topology.servers
  certificates = await deriveKeystore(checked.topology)
  if (server === undefined) throw new Error('no server')
  const signing = initialSigning(server)
  initial = { server, certificates, internalCertificate: credential('internal'), signing }
})

describe('applyChange', () => {
  test('adds a client, registered and with HTTPS unless it says otherwise', () => {
    const state = changed({ kind: 'add-client', client: { id: `${member}/New`, certificates: ['other'] } })
    expect(find(state, `${member}/New`)).toMatchObject({ status: 'registered', connectionType: 'HTTPS' })
    expect([...configured(state, `${member}/New`).certificates.keys()]).toEqual([credential('other').sha256])
  })

  test('deletes a client that is not registered, however its path is written', () => {
    const state = changed({ kind: 'delete-client', client: `${member}/%C3%84` })
    expect(state.server.clients.map(({ id }) => id)).toEqual([client, provider])
  })

  test('sets status and connection type', () => {
    expect(find(changed({ kind: 'set-client-status', client, status: 'disabled' }), client).status).toBe('disabled')
    const state = changed({ kind: 'set-connection-type', client, connectionType: 'HTTP' })
    expect(find(state, client).connectionType).toBe('HTTP')
    expect(find(initial, client).connectionType, 'the state before is untouched').toBe('HTTPS')
  })

  test('adds a certificate from PEM and deletes it by its hash', () => {
    const { certificate, sha256 } = credential('other')
    const state = changed({ kind: 'add-certificate', client, certificate })
    expect([...configured(state, client).certificates.keys()]).toEqual([credential('listed').sha256, sha256])
    const emptied = changed({ kind: 'delete-certificate', client, sha256: sha256.toUpperCase() }, state)
    expect([...configured(emptied, client).certificates.keys()]).toEqual([credential('listed').sha256])
  })

  test('disables a description with a notice, its own or the usual one, and enables it without', () => {
    const disable = { kind: 'set-description-disabled', provider, serviceCode: 'rest', disabled: true } as const
    const disabled = changed(disable)
    expect(service(disabled).description).toMatchObject({ disabled: true, notice: 'Out of order' })
    expect(service(changed({ ...disable, notice: 'Tomorrow' })).description).toMatchObject({ notice: 'Tomorrow' })
    const enabled = service(changed({ ...disable, disabled: false }, disabled)).description
    expect(enabled).toEqual({ type: 'REST', url: '', disabled: false })
  })

  test('replaces the rights to a service', () => {
    const allow = [{ subjects: [{ globalGroup: 'all' }] }]
    const state = changed({ kind: 'set-access-rights', provider, serviceCode: 'rest', allow })
    expect(service(state).rights).toEqual([{ subject: { globalGroup: 'all' }, endpoints: undefined }])
  })

  test('fills and makes a local group', () => {
    const members = [`${member}/%41`]
    const filled = changed({ kind: 'set-local-group', provider, code: 'group', members })
    expect(configured(filled, provider).localGroups.get('group')).toEqual(new Set([`${member}/A`]))
    const made = changed({ kind: 'set-local-group', provider, code: 'second', members: [] })
    expect([...configured(made, provider).localGroups.keys()]).toEqual(['group', 'second'])
  })

  test('takes the rights of a local group away with it', () => {
    const state = changed({ kind: 'set-local-group', provider, code: 'group' })
    expect(configured(state, provider).localGroups.size).toBe(0)
    expect(service(state).rights).toEqual([{ subject: { client }, endpoints: [{ method: 'GET', path: '/a' }] }])
  })

  test('changes what is said of a service and keeps the rest', () => {
    const state = changed({ kind: 'set-service', provider, serviceCode: 'rest', timeoutSeconds: 0, verifyTls: false })
    expect(service(state)).toMatchObject({ url: 'http://localhost/', timeoutSeconds: 0, verifyTls: false })
    expect(service(state).rights).toHaveLength(3)
  })

  test('changes the settings that are given', () => {
    const settings = { enforceCertificateValidity: true }
    expect(changed({ kind: 'set-settings', settings }).server.settings).toEqual({
      ...initial.server.settings,
      ...settings,
    })
  })

  test('replaces the internal certificate', () => {
    const { certificate, key = '', sha256 } = credential('other')
    expect(changed({ kind: 'set-internal-certificate', certificate, key }).internalCertificate.sha256).toBe(sha256)
  })

  test.for<[() => ConfigurationChange, string]>([
    [
      () => ({ kind: 'add-client', client: { id: `${member}/Cons%75mer` } }),
      'client FI-DEV/GOV/1/Cons%75mer exists already on ss1; change it, or delete it first',
    ],
    [
      () => ({ kind: 'add-client', client: { id: `${member}/New`, certificates: ['nowhere'] } }),
      'no certificate is called "nowhere"; add the client without it, then add-certificate as PEM',
    ],
    [
      () => ({ kind: 'delete-client', client }),
      'client FI-DEV/GOV/1/Consumer is registered; unregister it before you delete it',
    ],
    [
      () => ({ kind: 'set-client-status', client, status: 'enabling in progress' }),
      'client FI-DEV/GOV/1/Consumer is registered; only one that is disabled can be enabled',
    ],
    [
      () => ({ kind: 'set-client-status', client: `${member}/Nobody`, status: 'saved' }),
      'ss1 has no client FI-DEV/GOV/1/Nobody; it has FI-DEV/GOV/1/Consumer, FI-DEV/GOV/1/Ä, FI-DEV/GOV/1/Provider',
    ],
    [
      () => ({ kind: 'set-connection-type', client: 'no path', connectionType: 'HTTP' }),
      'ss1 has no client no path; it has FI-DEV/GOV/1/Consumer, FI-DEV/GOV/1/Ä, FI-DEV/GOV/1/Provider',
    ],
    [
      () => ({ kind: 'add-certificate', client, certificate: credential('listed').certificate }),
      'FI-DEV/GOV/1/Consumer lists this certificate already',
    ],
    [
      () => ({ kind: 'add-certificate', client, certificate: 'no PEM' }),
      'the certificate for FI-DEV/GOV/1/Consumer holds no certificate in PEM form; write a file with "-----BEGIN CERTIFICATE-----".',
    ],
    [
      () => ({ kind: 'delete-certificate', client, sha256: '00' }),
      'FI-DEV/GOV/1/Consumer lists no certificate with the SHA-256 00',
    ],
    [
      () => ({ kind: 'set-access-rights', provider, serviceCode: 'soap', allow: [] }),
      'FI-DEV/GOV/1/Provider has no service "soap"',
    ],
    [
      () => ({ kind: 'set-local-group', provider, code: 'group', members: ['nonsense'] }),
      '"nonsense" is no client; write INSTANCE/CLASS/MEMBER or INSTANCE/CLASS/MEMBER/SUBSYSTEM',
    ],
    [
      () => ({
        kind: 'set-internal-certificate',
        certificate: credential('other').certificate,
        key: credential('listed').key ?? '',
      }),
      'The key in the field "key" does not fit the certificate in the field "certificate"; name the key that the certificate was made with.',
    ],
  ])('%#: refuses what makes no sense, in one sentence', ([change, sentence]) => {
    expect(() => changed(change())).toThrow(new UsageError(sentence))
  })
})

function changed(change: ConfigurationChange, state = initial): ServerState {
  return applyChange(state, change)
}

function find(state: ServerState, id: string) {
  return found(
    state.server.clients.find((one) => one.id === id),
    id,
  )
}

function configured(state: ServerState, path: string) {
  const { clients } = buildServerConfiguration(state, (address) => address)
  return found(
    clients.find((one) => one.path === path),
    path,
  )
}

function service(state: ServerState) {
  return found(configured(state, provider).service('rest', undefined), 'rest')
}

function credential(name: string): Credential {
  return found(certificates.get(name), name)
}

function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`no ${name}`)
  return value
}
