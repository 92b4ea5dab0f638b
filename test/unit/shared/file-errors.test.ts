import { describe, expect, it } from "vitest";
import { asUnreadable, unreadableFile } from "../../../src/shared/file-errors.js";

const failure = (code: string) => Object.assign(new Error(`${code}: in the system's words`), { code });

describe("asUnreadable", () => {
  it.each([
    ["ENOENT", "There is no file a.json"],
    ["EACCES", "No permission to read a.json"],
    ["EISDIR", "a.json is a directory; name a file in it"],
    ["ENOSPC", "No space left in the temporary directory to copy a.json; free some, or set TMPDIR"],
    ["EIO", "Cannot read a.json (EIO)"],
  ])("says what %s means", (code, message) => {
    expect(asUnreadable("a.json", failure(code))).toMatchObject({
      code: "unreadable_file",
      message,
      details: { file: "a.json" },
    });
  });

  it("leaves a bug and a finished answer alone", () => {
    const bug = new TypeError("not a function");
    const answer = unreadableFile("b.json", "b.json is a directory");
    expect([asUnreadable("a.json", bug), asUnreadable("a.json", answer)]).toEqual([bug, answer]);
  });
});
