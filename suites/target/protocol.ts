/** The two message protocols; most behaviour is judged over both. */
export const protocols = ['rest', 'soap'] as const

export type Protocol = (typeof protocols)[number]
