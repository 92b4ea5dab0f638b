import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLmdbStore } from "../../../../src/engine/storage/lmdb-store.js";

const engine = new URL("../../../../dist/engine/", import.meta.url);

/** Writes until it fails, then something small, on the built engine. */
const fillUp = `
  const [engine, path] = process.argv.slice(1);
  const { openLmdbStore } = await import(engine + "storage/lmdb-store.js");
  const store = openLmdbStore({ path });
  const put = (number, size) => store.write((writer) => writer.put("docs", Buffer.from("k" + number), Buffer.alloc(size)));
  let count = 0;
  let failure;
  while (failure === undefined) await put(count, 3000).then(() => count++, (error) => (failure = error));
  await put("small", 10);
  await store.close();
  console.log(JSON.stringify({ count, kind: failure.kind, message: failure.message }));
`;

describe("a store whose disk is full", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "full-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it("says so, keeps what was acknowledged and nothing else, and goes on", { timeout: 30_000 }, async () => {
    // Files of at most 2 MB, in blocks of 512 bytes.
    const limited = `ulimit -f 4096; trap '' XFSZ; exec "$0" --input-type=module -e "$@"`;
    const command = ["-c", limited, process.execPath, fillUp, engine.href, directory];
    const { stdout } = await promisify(execFile)("sh", command);
    const result = JSON.parse(stdout) as { count: number; kind: string; message: string };
    expect(result).toMatchObject({ kind: "full", message: expect.stringContaining(directory) as string });
    const store = openLmdbStore({ path: directory });
    const snapshot = store.snapshot();
    expect(snapshot.count("docs", { start: Buffer.from([0]), end: Buffer.from([0xff]) })).toBe(result.count + 1);
    snapshot.close();
    await store.close();
  });
});
