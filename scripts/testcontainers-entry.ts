/** What `import 'roadworthy/testcontainers'` gives: the mock exchange layer in a container, for a test of your own. */
export type { ConfigurationChange } from '../fixtures/configuration-change.ts'
export type { Connection } from '../fixtures/connection.ts'
export type { Exchange } from '../fixtures/exchange.ts'
export { UsageError } from '../fixtures/usage-error.ts'
export { RoadworthyContainer, StartedRoadworthyContainer } from './roadworthy-container.ts'
