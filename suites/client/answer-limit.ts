/** Bytes that an answer may have: several times what any scenario asks for. Whoever sends more is not listened to. */
export const answerLimit = 256 * 2 ** 20
