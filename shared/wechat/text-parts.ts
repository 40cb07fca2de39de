export const textParts = (content: string): readonly string[] => (content === '' ? [] : [content])
