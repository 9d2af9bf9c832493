import { UsageError } from '../../fixtures/usage-error.ts'
import { ManagementFault } from './management-fault.ts'
import type { RegisteredRequest, RequestStatus } from './registered-request.ts'

/** The requests of a registration office, in the order in which they came. */
export interface RequestBook {
  all(): readonly RegisteredRequest[]
  /** Enters a request that waits. The oldest decided one makes room; throws a ManagementFault if all of them wait. */
  enter(request: Pick<RegisteredRequest, 'service' | 'fields'>): RegisteredRequest
  settle(request: RegisteredRequest, status: RequestStatus): void
  /** Throws a UsageError for a request that does not wait. */
  waiting(id: number): RegisteredRequest
}

const usualCapacity = 10_000

/** An empty book. Numbers count from 1, and are not given again. */
export function requestBook(capacity = usualCapacity): RequestBook {
  const requests = new Map<number, RegisteredRequest>()
  let last = 0

  function makeRoom(): void {
    if (requests.size < capacity) return
    const decided = [...requests.values()].find(({ status }) => status !== 'WAITING')
    if (decided === undefined) {
      throw new ManagementFault(
        'internalError',
        `${capacity} requests wait for approval, and there is room for no more`,
      )
    }
    requests.delete(decided.id)
  }

  return {
    all: () => [...requests.values()],
    enter(request) {
      makeRoom()
      last += 1
      const { service, fields } = request
      const entered: RegisteredRequest = { id: last, service, fields, status: 'WAITING' }
      requests.set(last, entered)
      return entered
    },
    settle: (request, status) => void requests.set(request.id, { ...request, status }),
    waiting(id) {
      const found = requests.get(id)
      if (found?.status === 'WAITING') return found
      const gone = id >= 1 && id <= last ? 'it was decided, and is kept no more' : 'there is none'
      const why = found === undefined ? gone : `it is ${found.status}`
      throw new UsageError(`request ${id} does not wait for approval: ${why}`)
    },
  }
}
