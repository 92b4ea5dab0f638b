import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../bin/warehouse.js", import.meta.url));

export interface BinOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Runs the program behind this shell pipeline: `| head -n 1`. */
  readonly pipe?: string;
}

export interface RunningBin {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<{ readonly code: number | string; readonly stdout: string; readonly stderr: string }>;
  /** Waits until stdout or stderr holds the text. */
  until(text: string): Promise<void>;
  /** What it has printed to stdout so far. */
  stdout(): string;
}

/** Starts the real program, as it was built into `dist`. */
export function startBin(words: readonly string[], { env, cwd, pipe }: BinOptions): RunningBin {
  const PATH = process.env["PATH"] ?? "";
  const [command, args] =
    pipe === undefined
      ? [process.execPath, [bin, ...words]]
      : ["bash", ["-c", `set -o pipefail; "$@" ${pipe}`, "bash", process.execPath, bin, ...words]];
  const child = spawn(command, args, { cwd, env: { ...env, PATH }, stdio: ["pipe", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => void (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (output.stderr += text));
  const ended = once(child, "close").then(([code, signal]) => ({
    code: (code ?? signal) as number | string,
    ...output,
  }));
  return {
    child,
    ended,
    stdout: () => output.stdout,
    async until(text) {
      while (!`${output.stdout}${output.stderr}`.includes(text)) {
        await Promise.race([once(child.stdout, "data"), once(child.stderr, "data"), failAtEnd(ended, text)]);
      }
    },
  };
}

async function failAtEnd(ended: RunningBin["ended"], text: string): Promise<never> {
  const { code, stderr } = await ended;
  throw new Error(`The program ended with ${code} before it said ${JSON.stringify(text)}: ${stderr}`);
}
