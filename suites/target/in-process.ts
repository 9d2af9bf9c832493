import type { ClientRecording } from '../../fixtures/client-recording.ts'
import type { Topology, TopologyInput } from '../../fixtures/topology.ts'
import { makeCentralIdentities } from '../../mocks/central-server/central-identities.ts'
import { type EnvironmentOptions, type RunningEnvironment, startEnvironment } from '../../mocks/environment.ts'
import { type IdentityOptions, prepareIdentities } from '../../mocks/prepare-identities.ts'
import { recordSample } from '../../mocks/sample-client/record-sample.ts'
import { keyCacheFolder } from './key-cache-folder.ts'
import type { TargetDescription } from './target-description.ts'

/** A target that is ready to be judged, and what ends it. */
export interface PreparedTarget extends AsyncDisposable {
  readonly description: TargetDescription
  /** What it has said, if it runs in containers. */
  readonly logs?: () => string
}

export interface InProcessOptions
  extends Pick<
    EnvironmentOptions,
    'baseFolder' | 'downloadConfiguration' | 'keyCache' | 'misbehaviours' | 'noteQuestions'
  > {
  readonly topology: TopologyInput
  /** Name of the version profile that the mock follows; the topology's own by default. */
  readonly profile?: string
  /** Accept the profile's wording only. */
  readonly exact?: boolean
}

/** Scenarios look only at what they have just sent, and hundreds of targets may stand side by side. */
const remembered = 100

/** Starts the mock in this process and describes it. This file is the only door from the suites into the mocks. */
export async function startInProcess(options: InProcessOptions): Promise<PreparedTarget> {
  const { topology, exact = false, ...rest } = options
  const environment = await startEnvironment(topology, {
    keyCache: keyCacheFolder(),
    remembered,
    ...rest,
    control: true,
  })
  return {
    description: {
      topology: environment.topology,
      bindings: environment.bindings,
      profile: environment.profile,
      exact,
      client: { misbehaviours: options.misbehaviours ?? [] },
    },
    [Symbol.asyncDispose]: () => environment.stop(),
  }
}

/** Starts the mock in this process as it was recorded: without control interface, and with all its certificates known. */
export function startRecorded(
  topology: TopologyInput,
  options: Pick<EnvironmentOptions, 'addresses' | 'overNetworkToItself' | 'profile'>,
): Promise<Pick<RunningEnvironment, 'bindings' | 'certificates' | 'stop'>> {
  return startEnvironment(topology, { keyCache: keyCacheFolder(), ...options })
}

/** Makes all that a mock elsewhere presents, or finds it there, in the folder that is its cache of keys. */
export async function fillKeyCache(
  topology: Topology,
  options: Required<Pick<IdentityOptions, 'baseFolder' | 'hostNames' | 'keyCache'>>,
): Promise<void> {
  const { cache, issued } = await prepareIdentities(topology, options)
  await makeCentralIdentities(topology, cache, issued, new Date())
}

/** What a client of our own does with these mistakes. */
export function recordSampleClient(misbehaviours: readonly string[]): Promise<ClientRecording> {
  return recordSample(misbehaviours, keyCacheFolder())
}
