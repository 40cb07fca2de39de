/** As much of `cloud.database()` as documents need; the SDK's own types leave most of it out. */
export interface CloudDatabase {
  readonly command: {
    gt(value: number | string): CloudCondition
    lte(value: number): CloudCondition
  }
  collection(name: string): CloudCollection
  createCollection(name: string): Promise<unknown>
  startTransaction(): Promise<CloudTransaction>
}

interface CloudCondition {
  and(other: CloudCondition): CloudCondition
}

export interface CloudCollection extends CloudQuery {
  add(options: { readonly data: object }): Promise<unknown>
  where(query: object): CloudQuery
}

interface CloudQuery {
  orderBy(member: string, order: 'asc' | 'desc'): CloudQuery
  limit(count: number): CloudQuery
  get(): Promise<{ readonly data: readonly unknown[] }>
  update(options: { readonly data: object }): Promise<{ readonly stats: { readonly updated: number } }>
  remove(): Promise<{ readonly stats: { readonly removed: number } }>
}

/** Others' writes to what it has read fail it, or it fails theirs. */
export interface CloudTransaction {
  collection(name: string): { doc(id: string): CloudReference }
  commit(): Promise<unknown>
  rollback(reason?: unknown): Promise<unknown>
}

interface CloudReference {
  /** `data` is null for a document that is not there. */
  get(): Promise<{ readonly data: unknown }>
  set(options: { readonly data: object }): Promise<unknown>
  remove(): Promise<unknown>
}
