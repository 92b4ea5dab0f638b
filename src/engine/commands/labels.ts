/** Codes after which the same write may be sent again. Source: `RetriableError` in mongodb/mongo `error_codes.yml` */
const retriable = new Set([6, 7, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);
/** WriteConflict, LockTimeout, PreparedTransactionInProgress, SnapshotUnavailable, StaleChunkHistory, SnapshotTooOld. */
const transient = new Set([112, 24, 267, 246, 257, 239]);
const noSuchTransaction = 251;
const readConcernMajorityNotAvailableYet = 134;

export interface FailedCommand {
  readonly code: number;
  readonly inTransaction: boolean;
  readonly isCommitOrAbort: boolean;
  /** It carries a transaction number of its own, outside of a transaction. */
  readonly isRetryableWrite: boolean;
}

/**
 * The labels that tell a driver what it may repeat.
 * Source: mongodb/specifications, "Transactions" and "Retryable Writes"; `getErrorLabels` of the server
 */
export function errorLabels(failed: FailedCommand): string[] {
  const labels: string[] = [];
  if (failed.inTransaction && isTransient(failed)) labels.push("TransientTransactionError");
  const writes = failed.isRetryableWrite || failed.isCommitOrAbort;
  if (writes && retriable.has(failed.code) && failed.code !== readConcernMajorityNotAvailableYet) {
    labels.push("RetryableWriteError");
  }
  return labels;
}

function isTransient({ code, isCommitOrAbort }: FailedCommand): boolean {
  if (transient.has(code)) return true;
  if (isCommitOrAbort) return code === noSuchTransaction;
  return retriable.has(code) || code === noSuchTransaction;
}
