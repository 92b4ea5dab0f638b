/** What `collMod` can change of an index. */
export interface IndexChange {
  readonly hidden?: boolean;
  readonly expireAfterSeconds?: number;
}

/** How many indexes a collection had before one was asked for, and has since. */
export interface CreateIndexResult {
  readonly before: number;
  readonly after: number;
}
