import type { TopologyInput } from '../../fixtures/topology.ts'

/** A small instance in which everything occurs that a configuration can say of one. For unit tests. */
export const exampleTopology: TopologyInput = {
  instance: 'FI-DEV',
  memberClasses: ['GOV', 'COM'],
  members: [
    { id: 'FI-DEV/GOV/1', name: 'Virasto', subsystemNames: { App: 'Sovellus & <muut>' } },
    { id: 'FI-DEV/COM/2', name: 'Äitien Oy' },
  ],
  globalGroups: [{ code: 'all', members: ['FI-DEV/GOV/1/App', 'FI-DEV/COM/2'] }],
  servers: [
    { code: 'ss1', owner: 'FI-DEV/GOV/1', clients: [{ id: 'FI-DEV/GOV/1/App' }, { id: 'FI-DEV/COM/2/App' }] },
    { code: 'ss2', owner: 'FI-DEV/COM/2', running: false, maintenance: { message: 'Huoltokatko' } },
    { code: 'ss3', owner: 'FI-DEV/COM/2', running: false, maintenance: {} },
  ],
}
