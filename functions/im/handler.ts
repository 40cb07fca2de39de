/** A placeholder: the function is being written elsewhere. */
export const handler = (): Promise<{ readonly statusCode: number }> => Promise.resolve({ statusCode: 500 })
