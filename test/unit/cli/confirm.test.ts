import { PassThrough, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { App } from "../../../src/cli/app.js";
import { confirm } from "../../../src/cli/confirm.js";

/** What a person types at the question. */
async function answer(keys: string, last = false): Promise<boolean> {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const stderr = Object.assign(new Writable({ write: (_chunk, _encoding, done) => done() }), { isTTY: true });
  const app = { host: { stdin, stderr }, out: { options: { json: false } } } as unknown as App;
  const asked = confirm(app, "Empty everything?");
  setImmediate(() => (last ? stdin.end(keys) : stdin.write(keys)));
  return asked;
}

describe("confirm", () => {
  it.each([
    ["y\n", true],
    ["YES\n", true],
    ["n\n", false],
    ["\n", false],
    ["\u0004", false],
  ])("takes %j for %s", async (keys, agreed) => {
    expect(await answer(keys)).toBe(agreed);
  });

  it.each([
    ["y\n", true],
    ["", false],
  ])("takes %j before the end of the input for %s", async (keys, agreed) => {
    expect(await answer(keys, true)).toBe(agreed);
  });

  it("stops at Ctrl-C", async () => {
    await expect(answer("\u0003")).rejects.toMatchObject({ code: "interrupted" });
  });
});
