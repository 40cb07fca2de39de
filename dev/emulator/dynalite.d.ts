declare module 'dynalite' {
  import type { Server } from 'node:http'

  /** An HTTP server that speaks DynamoDB; without `path` its data lie in memory. */
  export default function dynalite(options: { readonly createTableMs: number }): Server
}
