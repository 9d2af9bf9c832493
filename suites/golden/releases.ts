import { findProfile } from '../../fixtures/profiles.ts'

const releaseOfProfile: Readonly<Record<string, string>> = {
  '7.8': '7.8.0',
  '7.7': '7.7.1',
  '7.6': '7.6.3',
  '7.5': '7.5.2',
  '7.4': '7.4.2',
  '7.3': '7.3.2',
  '6.26': '6.26.3',
}

/** The recorded release that a profile stands for, or undefined. */
export function releaseOf(profile: string): string | undefined {
  return releaseOfProfile[profile]
}

/** Profiles that exist and have a recorded release, newest first. */
export function recordedProfiles(): string[] {
  return Object.keys(releaseOfProfile).filter((name) => findProfile(name) !== undefined)
}
