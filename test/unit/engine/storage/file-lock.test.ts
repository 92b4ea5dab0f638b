import { existsSync, lutimesSync, mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { takeFileLock } from "../../../../src/engine/storage/file-lock.js";
import { killChildren, startChild } from "./children.js";

const prelude = `
  const { takeFileLock } = await import(engine + "storage/file-lock.js");
  const { pause } = await import(engine + "storage/pause.js");
`;

/** Leaves a mark before it gives the lock back. */
const holdForAWhile = `${prelude}
  const giveBack = takeFileLock(path);
  console.log("taken");
  await sleep(500);
  fs.writeFileSync(path + ".mark", "");
  giveBack();
`;

const holdForEver = `${prelude}
  takeFileLock(path);
  console.log("taken");
  await ending;
`;

const takeOnce = `${prelude}
  const giveBack = takeFileLock(path);
  console.log(process.pid + "=" + parseInt(fs.readlinkSync(path)));
  giveBack();
`;

/** Fails when another has the lock too. */
const takeTurns = `${prelude}
  console.log("ready");
  await ending;
  for (let turn = 0; turn < 50; turn++) {
    const giveBack = takeFileLock(path);
    fs.writeFileSync(path + ".held", "", { flag: "wx" });
    pause(1);
    fs.unlinkSync(path + ".held");
    giveBack();
  }
`;

describe("takeFileLock", () => {
  let directory: string;
  let path: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "lock-"));
    path = join(directory, "opening");
  });
  afterEach(async () => {
    await killChildren();
    rmSync(directory, { recursive: true, force: true });
  });

  /** Makes the lock so old, or with a negative age keeps it from being too old. */
  const setAge = (seconds: number) => {
    const made = Date.now() / 1000 - seconds;
    lutimesSync(path, made, made);
  };

  /** In a process of its own, as it may wait for ever. */
  const expectTaken = async () => {
    const { code, output } = await startChild(takeOnce, path).ended;
    expect(code).toBe(0);
    expect(output).toMatch(/^(\d+)=\1\n$/);
    expect(readdirSync(directory)).toEqual([]);
  };

  it("names its owner while it is held, and is gone when it is given back", () => {
    for (let turn = 0; turn < 2; turn++) {
      const giveBack = takeFileLock(path);
      expect(readlinkSync(path)).toMatch(new RegExp(`^${process.pid}-`));
      giveBack();
      expect(readdirSync(directory)).toEqual([]);
    }
  });

  it("waits for an owner that is alive", { timeout: 30_000 }, async () => {
    const owner = startChild(holdForAWhile, path);
    await owner.begun;
    const giveBack = takeFileLock(path);
    expect(existsSync(`${path}.mark`)).toBe(true);
    giveBack();
    expect((await owner.ended).code).toBe(0);
  });

  it("takes over from a process that was killed", { timeout: 30_000 }, async () => {
    const owner = startChild(holdForEver, path);
    await owner.begun;
    await owner.kill();
    expect(readlinkSync(path)).toMatch(/^\d+-/);
    setAge(-3600);
    await expectTaken();
  });

  it("takes over a lock so old that its owner's number must be another's", { timeout: 30_000 }, async () => {
    symlinkSync(`${process.pid}-0123456789ab`, path);
    setAge(11);
    await expectTaken();
  });

  it("is not given back by an owner from whom it was taken", () => {
    const giveBack = takeFileLock(path);
    rmSync(path);
    symlinkSync(`${process.pid}-0123456789ab`, path);
    giveBack();
    expect(readlinkSync(path)).toBe(`${process.pid}-0123456789ab`);
  });

  it("is never held by two processes at once", { timeout: 60_000 }, async () => {
    const children = Array.from({ length: 4 }, () => startChild(takeTurns, path));
    await Promise.all(children.map(({ begun }) => begun));
    for (const child of children) child.end();
    const endings = await Promise.all(children.map(({ ended }) => ended));
    expect(endings.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(readdirSync(directory)).toEqual([]);
  });
});
