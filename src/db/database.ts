import type { ClientSession, Db, MongoClient } from "mongodb";
import type { Collections } from "./collections.js";

/** One open database: the features' only way to it. */
export interface Database {
  readonly client: MongoClient;
  readonly db: Db;
  readonly collections: Collections;
  /** The engine in this process, over files, rather than a deployment. */
  readonly embedded: boolean;
  /** Where it is, without any password, for people. */
  readonly location: string;
  /** What could not be set up (missing rights), for people. */
  readonly notes: readonly string[];
  /**
   * Runs `work` in one transaction, again after each conflict, so `work` must be safe to repeat.
   * @throws WarehouseError `database_unavailable` once the retries are used up
   */
  transaction<T>(work: TransactionWork<T>): Promise<T>;
  /** The same, but tells a lasting conflict instead of throwing, for callers that can do with less. */
  tryTransaction<T>(
    work: TransactionWork<T>,
    options?: { readonly maxAttempts?: number },
  ): Promise<TransactionOutcome<T>>;
  close(): Promise<void>;
}

/** `attempt` counts from 1. */
type TransactionWork<T> = (session: ClientSession, attempt: number) => Promise<T>;

export type TransactionOutcome<T> =
  { readonly kind: "done"; readonly value: T } | { readonly kind: "conflict"; readonly cause: unknown };
