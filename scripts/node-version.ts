/** The oldest Node that roadworthy runs on, as `engines` in package.json says. */
export const oldestNode = '22.22'

/** One sentence when `version` (`major.minor.patch`) is too old, `undefined` when it will do. */
export function refuseOldNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode.split('.').map(Number)
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined
  return (
    `roadworthy needs Node ${oldestNode} or newer, and this is ${version}: ` +
    'install a newer one, or use the one that a checkout brings (node_modules/.bin/node).'
  )
}
