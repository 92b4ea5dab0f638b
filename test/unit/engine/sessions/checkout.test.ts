import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createKernel } from "../../../../src/engine/kernel/kernel.js";
import type { Kernel } from "../../../../src/engine/kernel/types.js";
import { checkOut, openTransaction } from "../../../../src/engine/sessions/checkout.js";
import { SessionRegistry } from "../../../../src/engine/sessions/registry.js";
import type { Session } from "../../../../src/engine/sessions/session.js";
import { openMemoryStore } from "../../../../src/engine/storage/memory-store.js";

let kernel: Kernel;
let registry: SessionRegistry;
let session: Session;
beforeEach(() => {
  kernel = createKernel(openMemoryStore(), { transactionLifetimeMs: 60_000 });
  registry = new SessionRegistry(kernel);
  session = registry.get(Buffer.alloc(16, 1));
});
afterEach(() => kernel.close());

const header = (txnNumber: bigint, kind: "retry" | "start" | "next") => ({
  sessionId: session.id,
  txnNumber,
  inTransaction: kind !== "retry",
  startTransaction: kind === "start",
});
const code = (work: () => unknown): number => {
  try {
    work();
  } catch (error) {
    return (error as { code: number }).code;
  }
  return 0;
};

describe("checkOut", () => {
  it("begins a transaction and goes on in it", () => {
    const first = checkOut(session, header(1n, "start"), kernel);
    expect(checkOut(session, header(1n, "next"), kernel)).toEqual(first);
  });

  it("tells a new retryable write from a repeated one", () => {
    expect(checkOut(session, header(1n, "retry"), kernel)).toEqual({ kind: "retryable", mayBeRepeated: false });
    expect(checkOut(session, header(1n, "retry"), kernel)).toEqual({ kind: "retryable", mayBeRepeated: true });
  });

  it("aborts the open transaction when a higher number comes", () => {
    const first = checkOut(session, header(1n, "start"), kernel);
    checkOut(session, header(2n, "retry"), kernel);
    expect(first.kind === "transaction" && first.transaction.state).toBe("aborted");
  });

  it("refuses numbers that do not fit the session", () => {
    expect(code(() => checkOut(session, header(5n, "next"), kernel))).toBe(251);
    checkOut(session, header(5n, "start"), kernel);
    expect(code(() => checkOut(session, header(4n, "start"), kernel))).toBe(225);
    expect(code(() => checkOut(session, header(4n, "retry"), kernel))).toBe(225);
    expect(code(() => checkOut(session, header(5n, "start"), kernel))).toBe(50911);
    expect(code(() => checkOut(session, header(5n, "retry"), kernel))).toBe(50911);
    session.abort();
    expect(code(() => openTransaction(session, 5n))).toBe(251);
    session.state = { kind: "committed", number: 5n };
    expect(code(() => openTransaction(session, 5n))).toBe(256);
  });
});

describe("Session", () => {
  it("runs one command after the other, also after a failure", async () => {
    const order: number[] = [];
    const failing = session.exclusively(async () => {
      await Promise.resolve();
      order.push(1);
      throw new Error("one");
    });
    const next = session.exclusively(() => order.push(2));
    await expect(failing).rejects.toThrow("one");
    await next;
    expect(order).toEqual([1, 2]);
    expect(session.busy).toBe(false);
  });
});

describe("SessionRegistry", () => {
  it("forgets sessions that nobody used for half an hour, with their transactions", () => {
    const checkout = checkOut(session, header(1n, "start"), kernel);
    registry.sweep(Date.now() + 29 * 60_000);
    expect(registry.get(session.id)).toBe(session);
    registry.sweep(Date.now() + 31 * 60_000);
    expect(registry.size).toBe(0);
    expect(checkout.kind === "transaction" && checkout.transaction.state).toBe("aborted");
  });

  it("recalls what the session wrote before the process began", async () => {
    const record = { session: session.id, txnNumber: 8n, statement: 0, reply: Buffer.alloc(5) };
    await kernel.write((unit) => unit.keepRetryRecord(record));
    registry.recall(session);
    expect(session.state).toEqual({ kind: "retryable", number: 8n });
    const other = registry.get(Buffer.alloc(16, 2));
    await kernel.write((unit) => unit.keepRetryRecord({ ...record, session: other.id, statement: -1 }));
    registry.recall(other);
    expect(other.state).toEqual({ kind: "committed", number: 8n });
  });
});
