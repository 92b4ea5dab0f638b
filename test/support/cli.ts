import { PassThrough, type Readable, Writable } from "node:stream";
import { main } from "../../src/cli/main.js";
import type { Host, Output, Signal } from "../../src/cli/host.js";

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string | Readable;
  /** Makes every stream a terminal of this width. */
  readonly columns?: number;
}

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Codes that the program would have ended the process with at once. */
  readonly exits: readonly number[];
}

export interface RunningCli {
  readonly result: Promise<CliResult>;
  signal(signal: Signal): void;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

/** Runs one command line in this process, as the real program would, with everything captured. */
export function runCli(words: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startCli(words, options).result;
}

/** The same, for tests that send signals or look while it runs. */
export function startCli(
  words: readonly string[],
  { env = {}, cwd = "/", stdin = "", columns }: CliOptions = {},
): RunningCli {
  const out = capture(columns);
  const err = capture(columns);
  const exits: number[] = [];
  const listeners = new Map<Signal, Set<() => void>>();
  const host: Host = {
    argv: ["node", "warehouse", ...words],
    env,
    platform: "linux",
    stdin: asInput(stdin, columns !== undefined),
    stdout: out.stream,
    stderr: err.stream,
    cwd: () => cwd,
    exit: (code) => void exits.push(code),
    on: (signal, listener) => listeners.set(signal, (listeners.get(signal) ?? new Set()).add(listener)),
    off: (signal, listener) => listeners.get(signal)?.delete(listener),
  };
  return {
    result: main(host).then((code) => ({ code, stdout: out.text(), stderr: err.text(), exits })),
    signal: (signal) => listeners.get(signal)?.forEach((listener) => listener()),
    stdout: out.text,
    stderr: err.text,
  };
}

function capture(columns: number | undefined): { readonly stream: Output; readonly text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  const still = (): boolean => true;
  const cursor = { cursorTo: still, moveCursor: still, clearLine: still };
  const terminal = columns === undefined ? {} : { isTTY: true, columns, getColorDepth: () => 1, ...cursor };
  return { stream: Object.assign(stream, terminal), text: () => Buffer.concat(chunks).toString() };
}

function asInput(stdin: string | Readable, isTTY: boolean): Host["stdin"] {
  if (typeof stdin !== "string") return Object.assign(stdin, { isTTY });
  const stream = new PassThrough();
  stream.end(stdin);
  return Object.assign(stream, { isTTY });
}
