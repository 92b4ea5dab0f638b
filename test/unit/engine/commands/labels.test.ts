import { describe, expect, it } from "vitest";
import { errorLabels } from "../../../../src/engine/commands/labels.js";

const none = { inTransaction: false, isCommitOrAbort: false, isRetryableWrite: false };
const inTransaction = { ...none, inTransaction: true };
const commit = { ...inTransaction, isCommitOrAbort: true };

describe("errorLabels", () => {
  it.each([
    ["a conflict in a transaction", 112, inTransaction, ["TransientTransactionError"]],
    ["a conflict outside", 112, none, []],
    ["a conflict at the commit", 112, commit, ["TransientTransactionError"]],
    ["an unknown transaction", 251, inTransaction, ["TransientTransactionError"]],
    ["an unknown transaction at the commit", 251, commit, ["TransientTransactionError"]],
    ["a lost primary in a transaction", 10107, inTransaction, ["TransientTransactionError"]],
    ["a lost primary at the commit", 10107, commit, ["RetryableWriteError"]],
    [
      "a lost primary at a write that may be repeated",
      10107,
      { ...none, isRetryableWrite: true },
      ["RetryableWriteError"],
    ],
    ["a lost primary at a plain command", 10107, none, []],
    ["a duplicate key", 11000, { ...none, isRetryableWrite: true }, []],
    ["a read concern that cannot be had yet", 134, { ...none, isRetryableWrite: true }, []],
  ])("labels %s", (_, code, command, labels) => {
    expect(errorLabels({ code, ...command })).toEqual(labels);
  });
});
