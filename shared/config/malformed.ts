/** What is wrong with a value, said without showing it. */
export class Malformed extends Error {}
