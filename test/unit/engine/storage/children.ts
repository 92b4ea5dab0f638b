import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";

const engine = new URL("../../../../dist/engine/", import.meta.url);

/** What each runs first, on the built engine: it shall end once `isEnding`, or `ending` resolves. */
const prelude = `
  const [engine, path, name] = process.argv.slice(1);
  const fs = await import("node:fs");
  const { setTimeout: sleep } = await import("node:timers/promises");
  const { openLmdbStore } = await import(engine + "storage/lmdb-store.js");
  let isEnding = false;
  const ending = new Promise((resolve) => process.stdin.resume().on("end", resolve)).then(() => (isEnding = true));
`;
const postlude = `
  process.stdin.destroy();
`;

/** Another process, that works on the path it was given. */
export interface Child {
  /** Resolves once it prints something, or ends. */
  readonly begun: Promise<unknown>;
  /** The exit code, null when killed, and what it printed. */
  readonly ended: Promise<{ code: number | null; output: string }>;
  /** Tells it to end by itself. */
  end(): void;
  kill(): Promise<unknown>;
}

const running = new Set<Child>();

/** Starts a process with `path` and `name`, what it prints on stderr is shown. To be followed by `killChildren`. */
export function startChild(code: string, path: string, name = ""): Child {
  const child = spawn(process.execPath, commandLine(code, path, name), { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.on("error", () => undefined); // it was killed before it was told to end
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const ended = once(child, "close").then(([exitCode]) => ({ code: exitCode as number | null, output }));
  const started: Child = {
    begun: Promise.race([once(child.stdout, "data"), ended]),
    ended,
    end: () => child.stdin.end(),
    kill: () => {
      child.kill("SIGKILL");
      return ended;
    },
  };
  running.add(started);
  void ended.then(() => running.delete(started));
  return started;
}

/** Holds up this process until another has run; returns its exit code. */
export function runChild(code: string, path: string): number | null {
  return spawnSync(process.execPath, commandLine(code, path, ""), { stdio: ["ignore", "inherit", "inherit"] }).status;
}

function commandLine(code: string, path: string, name: string): string[] {
  return ["--input-type=module", "-e", `${prelude}${code}${postlude}`, engine.href, path, name];
}

/** Kills those that still run. */
export async function killChildren(): Promise<void> {
  await Promise.all([...running].map((child) => child.kill()));
}
