import { InvalidArgumentError } from 'commander'

/** A parser of an option's value, for Commander: a whole number within these limits, written in digits. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= min && value <= max) return value
    throw new InvalidArgumentError(`write a whole number from ${min} to ${max}.`)
  }
}
