/** Tells of a defect of the mock, with its stack, and without ending the process: it may be a vendor's own. */
export function warnOfDefect(defect: unknown): void {
  const { name, message, stack } = defect instanceof Error ? defect : new Error(String(defect))
  // Of a warning Node prints the detail, and not the stack.
  process.emitWarning(message, { type: name, ...(stack !== undefined && { detail: stack }) })
}
