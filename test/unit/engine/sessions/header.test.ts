import { describe, expect, it } from "vitest";
import { Binary, docOf, type Value } from "../../../../src/engine/bson/types.js";
import { readSessionHeader } from "../../../../src/engine/sessions/header.js";

const id = Buffer.alloc(16, 7);
const lsid = docOf({ id: new Binary(4, id) });

describe("readSessionHeader", () => {
  it("reads a command without a session", () => {
    expect(readSessionHeader(docOf({ ping: 1 }))).toMatchObject({ sessionId: undefined, inTransaction: false });
  });

  it("reads a retryable write and a transaction's first command", () => {
    expect(readSessionHeader(docOf({ lsid, txnNumber: 3n }))).toEqual({
      sessionId: id,
      txnNumber: 3n,
      inTransaction: false,
      startTransaction: false,
    });
    const first = docOf({ lsid, txnNumber: 3n, autocommit: false, startTransaction: true });
    expect(readSessionHeader(first)).toMatchObject({ inTransaction: true, startTransaction: true });
  });

  it.each<[string, Record<string, Value>, number]>([
    ["a number without a session", { txnNumber: 1n }, 72],
    ["autocommit without a number", { lsid, autocommit: false }, 72],
    ["a start without autocommit", { lsid, txnNumber: 1n, startTransaction: true }, 72],
    ["autocommit: true", { lsid, txnNumber: 1n, autocommit: true }, 72],
    ["startTransaction: false", { lsid, txnNumber: 1n, autocommit: false, startTransaction: false }, 72],
    ["a negative number", { lsid, txnNumber: -1n }, 72],
    ["a number that is none", { lsid, txnNumber: "1" }, 14],
    ["an id that is no UUID", { lsid: docOf({ id: "x" }) }, 14],
    ["an id of another length", { lsid: docOf({ id: new Binary(4, Buffer.alloc(3)) }) }, 207],
    ["no id", { lsid: new Map() }, 40414],
    ["no document", { lsid: 1 }, 14],
  ])("refuses %s", (_, fields, code) => {
    expect(() => readSessionHeader(docOf(fields))).toThrow(expect.objectContaining({ code }));
  });
});
