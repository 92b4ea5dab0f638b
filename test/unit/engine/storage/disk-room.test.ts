import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { checkRoom, rejectWhenFull } from "../../../../src/engine/storage/disk-room.js";

vi.mock("node:fs", async (original) => {
  const real = await original<typeof fs>();
  return { ...real, statfsSync: vi.fn(real.statfsSync) };
});

const statfs = vi.mocked(fs.statfsSync);

function room(bytes: number): fs.StatsFs {
  const stats: Pick<fs.StatsFs, "bavail" | "bsize"> = { bavail: bytes / 4096, bsize: 4096 };
  return stats as fs.StatsFs;
}

describe("a disk", () => {
  let path: string;
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), "room-"));
  });
  afterEach(() => {
    statfs.mockReset();
    rmSync(path, { recursive: true, force: true });
  });

  it("without room for a new store is refused, but not for one that is there", () => {
    statfs.mockReturnValue(room(128 * 1024));
    expect(() => checkRoom(path)).toThrow("No space left");
    writeFileSync(join(path, "lock.mdb"), "");
    expect(() => checkRoom(path)).not.toThrow();
  });

  it("with room is none to complain of", () => {
    statfs.mockReturnValue(room(1024 * 1024));
    expect(() => checkRoom(path)).not.toThrow();
  });

  it("that is full ends a write that is never answered", async () => {
    statfs.mockReturnValueOnce(room(1024 * 1024)).mockReturnValue(room(0));
    await expect(rejectWhenFull(path, new Promise(() => undefined))).rejects.toMatchObject({ code: "ENOSPC" });
    expect(statfs).toHaveBeenCalledTimes(2);
  });

  it("is not looked at for a write that is answered at once", async () => {
    await expect(rejectWhenFull(path, Promise.resolve(7))).resolves.toBe(7);
    await expect(rejectWhenFull(path, Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(statfs).not.toHaveBeenCalled();
  });
});
