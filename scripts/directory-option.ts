import { Option } from 'commander'
import { defaultFolder } from './running-environment.ts'

export interface DirectoryOptions {
  readonly directory: string
}

/** `--directory`: where `up` and the commands that talk to it meet. */
export function directoryOption(meaning = 'the folder of the running environment'): Option {
  return new Option('-d, --directory <folder>', meaning).default(defaultFolder)
}
