// Stands in for fast-xml-parser in the cloud function, which gets JSON alone: to load a parser that nobody calls takes milliseconds of
// each cold start.
export class XMLParser {
  parse() {
    throw new TypeError('a cloud function reads no XML')
  }
}

export const XMLValidator = { validate: () => ({ err: 'a cloud function reads no XML' }) }
