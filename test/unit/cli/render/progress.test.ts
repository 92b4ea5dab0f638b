import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { progressText, startProgress } from "../../../../src/cli/render/progress.js";

describe("progressText", () => {
  it("gives rate and time left", () => {
    expect(progressText({ done: 2000, total: 10_000, elapsedMs: 1000 })).toBe(
      "2,000 of 10,000 orders, 2,000/s, 4.0 s left",
    );
  });

  it("gives the rate alone where the total is not known", () => {
    expect(progressText({ done: 500, total: undefined, elapsedMs: 1000 })).toBe("500 orders, 500/s");
  });
});

describe("startProgress", () => {
  function watch(columns: number | undefined, env: Record<string, string>): string {
    let text = "";
    let nowMs = 0;
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        text += chunk.toString();
        done();
      },
    });
    const stream = Object.assign(sink, columns === undefined ? {} : { isTTY: true, columns });
    const clock = { now: () => new Date(0), elapsedMs: () => nowMs };
    const progress = startProgress({ stream, env, clock, color: false });
    for (let done = 0; done <= 3000; done += 100) {
      nowMs += 100;
      progress.update(done, 3000);
    }
    progress.stop();
    return text;
  }

  it("is silent in a pipe", () => {
    expect(watch(undefined, {})).toBe("");
  });

  it("prints lines on a terminal that does not know its size", () => {
    expect(watch(0, {}).split("\n")).toHaveLength(4);
  });

  it("prints one line a second in CI", () => {
    expect(watch(80, { CI: "true" }).split("\n")).toHaveLength(4);
  });
});
