import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkDataFile } from "../../../../src/engine/storage/data-file.js";
import { openLmdbStore } from "../../../../src/engine/storage/lmdb-store.js";
import { StorageError, storageError } from "../../../../src/engine/storage/storage-error.js";
import type { StorageErrorKind } from "../../../../src/engine/storage/storage-error.js";

describe("openLmdbStore", () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "damage-"));
    file = join(directory, "data.mdb");
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const refusal = (path = directory): StorageError => {
    try {
      void openLmdbStore({ path }).close();
    } catch (error) {
      if (error instanceof StorageError) return error;
      throw error;
    }
    throw new Error("it was opened");
  };

  const fill = async (count: number, size: number) => {
    const store = openLmdbStore({ path: directory });
    for (let round = 0; round < 10; round++) {
      await store.write((writer) => {
        for (let number = 0; number < count; number++) {
          writer.put("docs", Buffer.from([1, round, number >> 8, number & 0xff]), Buffer.alloc(size, number));
        }
      });
    }
    await store.close();
  };

  it("makes a directory that only its owner can look into", async () => {
    const path = join(directory, "new", "data");
    await openLmdbStore({ path }).close();
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it.each([
    ["text", Buffer.from("these are not the orders you are looking for\n".repeat(500))],
    ["zeros", Buffer.alloc(20_000)],
    ["a few bytes", Buffer.from("x")],
  ])("refuses a file of %s", (_, content) => {
    writeFileSync(file, content);
    const error = refusal();
    expect(error).toMatchObject({ kind: "foreign", path: file });
    expect(error.message).toContain(file);
    expect(readFileSync(file)).toEqual(content);
  });

  it("takes an empty file for a new one", async () => {
    writeFileSync(file, "");
    await openLmdbStore({ path: directory }).close();
  });

  it.each([8192, 4096, 100, 0.25, 0.5, 0.9])("refuses a file cut to %d", async (cut) => {
    await fill(100, 2500);
    const { size } = statSync(file);
    const left = cut < 1 ? Math.floor((size * cut) / 4096) * 4096 : cut;
    truncateSync(file, left);
    expect(refusal().kind).toMatch(/damaged|foreign/);
    expect(statSync(file).size).toBe(left);
  });

  it("refuses a file that has lost its last page", async () => {
    await fill(100, 2500);
    truncateSync(file, statSync(file).size - 4096);
    expect(refusal()).toMatchObject({ kind: "damaged", message: expect.stringMatching(/cut short/) as string });
  });

  it("accepts a file that only lacks pages given back before they were ever written", async () => {
    await fill(20, 100);
    const bytes = readFileSync(file);
    for (const head of [0, 4096]) bytes.writeBigUInt64LE(bytes.readBigUInt64LE(head + 144) + 3n, head + 144);
    const copy = join(directory, "copy.mdb");
    writeFileSync(copy, bytes);
    expect(() => checkDataFile(copy)).not.toThrow();
  });

  it("refuses another data version of LMDB and another format of its own", async () => {
    await fill(1, 10);
    const copy = join(directory, "old");
    mkdirSync(copy);
    copyFileSync(file, join(copy, "data.mdb"));
    const bytes = readFileSync(file);
    bytes.writeUInt32LE(9, 28);
    writeFileSync(join(copy, "data.mdb"), bytes);
    expect(refusal(copy)).toMatchObject({ kind: "version", message: expect.stringContaining("version 9") as string });

    const store = openLmdbStore({ path: directory });
    await store.write((writer) => writer.put("meta", Buffer.from("format"), Buffer.from([99])));
    await store.close();
    const message = `The data in ${directory} has format 99, this version reads format 1`;
    expect(refusal()).toMatchObject({ kind: "version", message });
  });

  it("refuses LMDB data of another program", async () => {
    const { open } = await import("lmdb");
    const environment = open({ path: directory });
    await environment.openDB({ name: "theirs" }).put("key", "value");
    await environment.close();
    expect(refusal()).toMatchObject({ kind: "foreign" });
  });

  it("opens a directory once in a process, and again after the close", async () => {
    const store = openLmdbStore({ path: directory });
    expect(refusal()).toMatchObject({ kind: "in_use" });
    await store.close();
    await openLmdbStore({ path: directory }).close();
  });

  it("says what is wrong with a directory that cannot be used", () => {
    const path = join(file, "below");
    writeFileSync(file, "a file");
    expect(refusal(path)).toMatchObject({
      kind: "no_access",
      message: `Cannot write to the data directory ${path}: check its permissions`,
    });
  });
});

describe("storageError", () => {
  it.each<[string, StorageErrorKind]>([
    ["EROFS: read-only file system, mkdir '/data'", "no_access"],
    ["Permission denied", "no_access"],
    ["No space left on device", "full"],
    ["MDB_MAP_FULL: Environment mapsize limit reached", "full"],
    ["MDB_INVALID: File is not an LMDB file", "damaged"],
    ["MDB_VERSION_MISMATCH: Database environment version mismatch", "version"],
    ["something else", "failed"],
  ])("tells what %j is about", (text, kind) => {
    const error = storageError(new Error(text), "/data");
    expect(error).toMatchObject({ kind, path: "/data" });
    expect(error.message).toContain("/data");
    expect(storageError(error, "/other")).toBe(error);
  });
});
