/** Where security servers register their authentication certificates, and where the management server sends all the rest. */
export const managementPaths = {
  registration: '/managementservice/',
  management: '/managementservice/manage/',
} as const

export type ManagementEndpoint = keyof typeof managementPaths

/** The endpoint at a path without a query; that of registrations without the last slash too. */
export function findManagementEndpoint(path: string): ManagementEndpoint | undefined {
  if (path === '/managementservice') return 'registration'
  const [found] = Object.entries(managementPaths).find(([, known]) => known === path) ?? []
  return found as ManagementEndpoint | undefined
}
