const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/** Whether a message identifier is a UUID, of whatever version. */
export function isUuid(id: string): boolean {
  return uuid.test(id)
}

/** The items whose identifier an earlier one has already. */
export function repeating<Item>(items: readonly Item[], idOf: (item: Item) => string): readonly Item[] {
  const first = new Map(items.toReversed().map((item) => [idOf(item), item]))
  return items.filter((item) => first.get(idOf(item)) !== item)
}
