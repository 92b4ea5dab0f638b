import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll } from "vitest";
import { type CheckedOrder, openOrderSource } from "../../../../src/order/load/open.js";
import { WarehouseError } from "../../../../src/shared/errors.js";
import type { InputProblem } from "../../../../src/shared/input-problems.js";

export interface Loaded {
  readonly orders: readonly CheckedOrder[];
  readonly count: number;
  readonly invalid: readonly InputProblem[];
  readonly invalidCount: number;
  readonly notes: readonly string[];
  readonly names: readonly string[];
}

interface Options {
  readonly stdin?: Readable;
  readonly tempDir?: string;
  readonly skipInvalid?: boolean;
}

/** An order file's text for one good order. */
export const good = '{"products":[{"product_id":"prod1","quantity":2}],"address":"123 Main St"}';

/** A directory for one test file, removed after it. */
export function scratchDirectory(): { path: string; write(name: string, content: string | Buffer): string } {
  const path = mkdtempSync(join(tmpdir(), "warehouse-load-test-"));
  afterAll(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return {
    path,
    write: (name, content) => {
      const file = join(path, name);
      writeFileSync(file, content);
      return file;
    },
  };
}

export async function load(paths: readonly string[], options: Options = {}): Promise<Loaded> {
  const source = await openOrderSource(paths, { stdin: Readable.from([]), skipInvalid: false, ...options });
  try {
    const orders: CheckedOrder[] = [];
    for await (const some of source.orders()) orders.push(...some);
    const { count, invalid, invalidCount, notes, names } = source;
    return { orders, count, invalid, invalidCount, notes, names };
  } finally {
    await source.close();
  }
}

/** The refusal of an input, as `line:column path message`, one string per error. */
export async function refusalOf(paths: readonly string[], options: Options = {}): Promise<string[]> {
  const error = await load(paths, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof WarehouseError)) throw new Error("The input was not refused", { cause: error });
  const errors = error.details["errors"] as readonly InputProblem[];
  return errors.map(({ line, column, path, message }) => `${line}:${column} ${path} ${message}`.replace("  ", " "));
}
