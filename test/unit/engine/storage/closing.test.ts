import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLmdbStore } from "../../../../src/engine/storage/lmdb-store.js";
import { StorageError } from "../../../../src/engine/storage/storage-error.js";
import type { Store } from "../../../../src/engine/storage/store.js";

/** Shorter than the time after which a lock counts as left behind. */
const options = { timeout: 5_000 };

describe("closing a store", () => {
  let directory: string;
  let store: Store;
  const key = Buffer.from("key");
  const open = () => (store = openLmdbStore({ path: directory, restAfterBytes: -1 }));
  const written = () => store.write((writer) => writer.put("docs", key, key));
  const read = () => {
    const snapshot = store.snapshot();
    const value = snapshot.get("docs", key);
    snapshot.close();
    return value;
  };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "closing-"));
    open();
  });

  afterEach(async () => {
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it("may be asked for twice, also while it rests or is compacted", options, async () => {
    await written();
    await Promise.all([store.rest(), store.close(), store.close()]);
    expect(store.rest()).toBeUndefined();
    open();
    await Promise.all([store.compact(), store.close()]);
    open();
    expect(read()).toEqual(key);
  });

  it("needs no directory any more", options, async () => {
    await written();
    rmSync(directory, { recursive: true });
    await store.close();
    open();
    expect(read()).toBeUndefined();
  });

  it("is made good by the next rest when it could not be opened anew", options, async () => {
    await written();
    const moved = `${directory}-moved`;
    rmSync(moved, { recursive: true, force: true });
    renameSync(directory, moved);
    writeFileSync(directory, "no directory");
    await expect(store.rest()).rejects.toThrow(StorageError);
    rmSync(directory);
    renameSync(moved, directory);
    await store.rest();
    expect(read()).toEqual(key);
  });
});
