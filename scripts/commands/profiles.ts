import { Command } from 'commander'
import { profileDifferences } from '../../fixtures/profile-differences.ts'
import { overlays, profiles } from '../../fixtures/profiles.ts'
import { requireProfile } from '../../fixtures/require-profile.ts'

interface Surroundings {
  readonly write?: (text: string) => void
}

/** `roadworthy profiles`: the versions that the mock can speak like, and what an upgrade changes for an information system. */
export function profilesCommand(surroundings: Surroundings = {}): Command {
  const { write = (text) => process.stdout.write(text) } = surroundings
  const diff = new Command('diff')
    .description('print what an information system notices when a server goes from one profile to another')
    .argument('<before>', 'profile of the server now, such as 7.7')
    .argument('<after>', 'profile of the server after the change, such as 7.8')
    .option('--json', 'print JSON for programs')
    .action((before: string, after: string, _options, command: Command) => {
      // The command above has the same option and takes it wherever it stands.
      const { json } = command.optsWithGlobals<{ json?: true }>()
      const differences = profileDifferences(requireProfile(before), requireProfile(after))
      write(json === true ? `${JSON.stringify(differences)}\n` : renderDifferences(before, after, differences))
    })
  return new Command('profiles')
    .description('list the versions that the mock can speak like')
    .option('--json', 'print JSON for programs')
    .action(({ json }: { json?: true }) => write(json === true ? `${JSON.stringify(listing())}\n` : renderListing()))
    .addCommand(diff)
    .addHelpText(
      'after',
      `
Examples:
  roadworthy profiles                            what there is
  roadworthy profiles diff 7.7 7.8               what a consumer will notice of an upgrade
  roadworthy profiles diff 7.8 7.8+rhel-openjdk  what another platform changes`,
    )
}

function listing(): { profiles: { name: string; title: string }[]; overlays: { name: string; title: string }[] } {
  const facts = ({ name, title }: { readonly name: string; readonly title: string }) => ({ name, title })
  return { profiles: profiles.map(facts), overlays: overlays.map(facts) }
}

function renderListing(): string {
  const row = ({ name, title }: { readonly name: string; readonly title: string }) => `  ${name.padEnd(14)}${title}\n`
  return (
    `Profiles\n${profiles.map(row).join('')}\nOverlays, written behind a profile, as in 7.8+rhel-openjdk\n` +
    overlays.map(row).join('')
  )
}

function renderDifferences(
  before: string,
  after: string,
  differences: readonly ReturnType<typeof profileDifferences>[number][],
): string {
  if (differences.length === 0) return `An information system cannot tell ${before} and ${after} apart.\n`
  const lines = [`From ${before} to ${after}`]
  for (const [topic, rows] of Map.groupBy(differences, (one) => one.topic)) {
    lines.push('', topic)
    for (const { what, before: was, after: becomes } of rows)
      lines.push(`  ${what}`, `    - ${was}`, `    + ${becomes}`)
  }
  return `${lines.join('\n')}\n`
}
