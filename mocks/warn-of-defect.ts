/** Tells of a defect of the mock, with its stack, and without ending the process: it may be a vendor's own. */
export function warnOfDefect(error: Error): void {
  // Of a warning Node prints the detail, and not the stack.
  process.emitWarning(Object.assign(error, { detail: error.stack }))
}
