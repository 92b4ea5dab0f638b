import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeWhole } from "../../../src/cli/write-file.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "warehouse-write-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const { signal } = new AbortController();
const inDirectory = (name: string): string => join(directory, name);

// eslint-disable-next-line @typescript-eslint/require-await -- pieces that are at hand
async function* pieces(...texts: readonly (string | Error)[]): AsyncGenerator<string> {
  for (const text of texts) {
    if (text instanceof Error) throw text;
    yield text;
  }
}

describe("writeWhole", () => {
  it("writes all pieces, in place of what was there, and leaves nothing else", async () => {
    await writeFile(inDirectory("page.html"), "a much longer text that was there before");
    await writeWhole(inDirectory("page.html"), pieces("<p>", "Straße"), signal);
    expect(await readFile(inDirectory("page.html"), "utf8")).toBe("<p>Straße");
    expect(await readdir(directory)).toEqual(["page.html"]);
  });

  it("leaves what was there when a piece fails, and throws what the piece threw", async () => {
    await writeFile(inDirectory("page.html"), "before");
    const failure = new Error("the database is gone");
    await expect(writeWhole(inDirectory("page.html"), pieces("half", failure), signal)).rejects.toBe(failure);
    expect(await readFile(inDirectory("page.html"), "utf8")).toBe("before");
    expect(await readdir(directory)).toEqual(["page.html"]);
  });

  it("leaves nothing when it is stopped", async () => {
    const stop = new AbortController();
    async function* endless(): AsyncGenerator<string> {
      for (let piece = 0; ; piece++) {
        if (piece === 3) stop.abort();
        yield await Promise.resolve("x");
      }
    }
    const writing = writeWhole(inDirectory("page.html"), endless(), stop.signal);
    await expect(writing).rejects.toMatchObject({ code: "interrupted" });
    expect(await readdir(directory)).toEqual([]);
  });

  it("follows a link and keeps it", async () => {
    await writeFile(inDirectory("real.html"), "before");
    await symlink("real.html", inDirectory("link.html"));
    await writeWhole(inDirectory("link.html"), pieces("after"), signal);
    expect(await readFile(inDirectory("real.html"), "utf8")).toBe("after");
    expect((await readdir(directory)).sort()).toEqual(["link.html", "real.html"]);
  });

  it("writes into a pipe instead of replacing it", async () => {
    const pipe = inDirectory("pipe");
    await promisify(execFile)("mkfifo", [pipe]);
    const [read] = await Promise.all([readFile(pipe, "utf8"), writeWhole(pipe, pieces("through"), signal)]);
    expect(read).toBe("through");
    expect((await stat(pipe)).isFIFO()).toBe(true);
  });

  it.each([
    ["missing/page.html", "There is no such directory"],
    ["file/page.html", "What should be its directory is a file"],
    [".", "It is a directory"],
    ["x".repeat(300), "The name is too long"],
  ])("says of %s what is wrong and what to do", async (name, what) => {
    await writeFile(inDirectory("file"), "");
    const path = inDirectory(name);
    await expect(writeWhole(path, pieces("x"), signal)).rejects.toMatchObject({
      code: "unwritable_file",
      message: `Cannot write ${path}: ${what}`,
      details: { file: path, fix: expect.any(String) as string },
    });
    expect(await readdir(directory)).toEqual(["file"]);
  });
});
