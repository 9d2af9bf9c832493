import { getContainerRuntimeClient, type StartedNetwork, type StartedTestContainer } from 'testcontainers'

/** What happens to machines and not to processes. Each is undone by the next or by the end of the test. */
export async function pause(container: StartedTestContainer): Promise<void> {
  await (await handleOf(container)).pause()
}

export async function resume(container: StartedTestContainer): Promise<void> {
  await (await handleOf(container)).unpause()
}

/** Ends the container as an operator does, with SIGTERM; milliseconds that it took. */
export async function stop(container: StartedTestContainer): Promise<number> {
  const started = performance.now()
  await (await handleOf(container)).stop({ t: 10 })
  return performance.now() - started
}

export async function cutOff(container: StartedTestContainer, network: StartedNetwork): Promise<void> {
  const client = await getContainerRuntimeClient()
  await client.network.getById(network.getId()).disconnect({ Container: container.getId() })
}

/** Undoes `cutOff`: the container has the names on the network again. */
export async function connectAgain(
  container: StartedTestContainer,
  network: StartedNetwork,
  aliases: readonly string[],
): Promise<void> {
  const client = await getContainerRuntimeClient()
  const options = { Container: container.getId(), EndpointConfig: { Aliases: [...aliases] } }
  await client.network.getById(network.getId()).connect(options)
}

export async function restart(container: StartedTestContainer): Promise<void> {
  await container.restart({ timeout: 10_000 })
}

/** What the engine knows of a container. */
export async function inspect(container: StartedTestContainer) {
  return (await handleOf(container)).inspect()
}

async function handleOf(container: StartedTestContainer) {
  return (await getContainerRuntimeClient()).container.getById(container.getId())
}
