import { PassThrough, Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { App } from "../../../../src/cli/app.js";
import type { Host } from "../../../../src/cli/host.js";
import { secondScreen } from "../../../../src/cli/live/frame-writer.js";
import { showLive } from "../../../../src/cli/live/live-view.js";

function terminal(): { readonly app: App; readonly stdin: PassThrough; readonly written: () => string } {
  let written = "";
  const sink = () =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        written += chunk.toString();
        done();
      },
    });
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const stream = () => Object.assign(sink(), { isTTY: true, columns: 80, rows: 24 });
  const host: Host = {
    argv: [],
    env: {},
    platform: "linux",
    stdin,
    stdout: stream(),
    stderr: stream(),
    cwd: () => "/",
    exit: () => undefined,
    on: () => undefined,
    off: () => undefined,
  };
  return { app: new App(host, {}), stdin, written: () => written };
}

/** A view of something that changes without a pause. */
function busyView(readingMs: number) {
  let reads = 0;
  const changes = { mark: () => Promise.resolve(), next: () => Promise.resolve(), moved: vi.fn(), announced: true };
  const read = async (): Promise<number> => {
    await new Promise((resolve) => setTimeout(resolve, readingMs));
    return ++reads;
  };
  return { view: { changes, read, frame: (data: number) => [`reading ${data}`] }, reads: () => reads };
}

describe("showLive", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each([
    [0, 50],
    [100, 34],
    [1000, 4],
  ])("reads what keeps changing and takes %i ms to read at most %i times in 10 s", async (readingMs, most) => {
    const { app, stdin } = terminal();
    const { view, reads } = busyView(readingMs);
    const shown = showLive(app, "stock", () => Promise.resolve(view));
    await vi.advanceTimersByTimeAsync(9_990);
    expect(reads()).toBeLessThanOrEqual(most);
    expect(reads()).toBeGreaterThan(most / 2);
    stdin.emit("data", Buffer.from("q"));
    await shown;
  });

  it("gives the terminal back when reading fails", async () => {
    const { app, written } = terminal();
    const view = { ...busyView(0).view, read: () => Promise.reject(new Error("The database is gone")) };
    await expect(showLive(app, "stock", () => Promise.resolve(view))).rejects.toThrow("gone");
    expect(written().endsWith(secondScreen.leave)).toBe(true);
  });
});
