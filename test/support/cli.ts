import { PassThrough, type Readable, Writable } from "node:stream";
import { main } from "../../src/cli/main.js";
import type { Ending, Host, Input, Output, Signal } from "../../src/cli/host.js";

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string | Readable;
  /** Makes every stream a terminal of this width. */
  readonly columns?: number;
  readonly rows?: number;
  /** Streams that go to a device without room. */
  readonly full?: readonly ("stdout" | "stderr")[];
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
  /** What a person types at the terminal. */
  type(keys: string): void;
  /** Makes the terminal another size. */
  resize(columns: number, rows: number): void;
  /** Whether the terminal gives keys one by one now. */
  readonly raw: () => boolean;
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
  { env = {}, cwd = "/", stdin = "", columns, rows = 24, full = [] }: CliOptions = {},
): RunningCli {
  const out = capture(columns, rows, full.includes("stdout"));
  const err = capture(columns, rows, full.includes("stderr"));
  const exits: number[] = [];
  const listeners = new Map<Signal | Ending, Set<() => void>>();
  const tell = (event: Signal | Ending): void => [...(listeners.get(event) ?? [])].forEach((listener) => listener());
  const input = asInput(stdin, columns !== undefined);
  const host: Host = {
    argv: ["node", "warehouse", ...words],
    env,
    platform: "linux",
    stdin: input.stream,
    stdout: out.stream,
    stderr: err.stream,
    cwd: () => cwd,
    exit(code) {
      exits.push(code);
      tell("exit");
    },
    on: (signal, listener) => listeners.set(signal, (listeners.get(signal) ?? new Set()).add(listener)),
    off: (signal, listener) => listeners.get(signal)?.delete(listener),
  };
  return {
    result: main(host).then((code) => ({ code, stdout: out.text(), stderr: err.text(), exits })),
    signal: tell,
    type: (keys) => void input.stream.emit("data", Buffer.from(keys)),
    resize(newColumns, newRows) {
      Object.assign(out.stream, { columns: newColumns, rows: newRows });
      out.stream.emit("resize");
    },
    raw: input.raw,
    stdout: out.text,
    stderr: err.text,
  };
}

interface Captured {
  readonly stream: Output;
  readonly text: () => string;
}

function capture(columns: number | undefined, rows: number, isFull: boolean): Captured {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!isFull) chunks.push(chunk);
      done(isFull ? Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" }) : null);
    },
  });
  const still = (): boolean => true;
  const cursor = { cursorTo: still, moveCursor: still, clearLine: still };
  const terminal = columns === undefined ? {} : { isTTY: true, columns, rows, getColorDepth: () => 1, ...cursor };
  return { stream: Object.assign(stream, terminal), text: () => Buffer.concat(chunks).toString() };
}

function asInput(stdin: string | Readable, isTTY: boolean): { readonly stream: Input; readonly raw: () => boolean } {
  let raw = false;
  const terminal = { isTTY, ...(isTTY && { setRawMode: (on: boolean) => void (raw = on) }) };
  const stream = typeof stdin === "string" ? inputOf(stdin, isTTY) : stdin;
  return { stream: Object.assign(stream, terminal), raw: () => raw };
}

/** A terminal at which nobody has typed yet stays open. */
function inputOf(text: string, isTTY: boolean): Readable {
  const stream = new PassThrough();
  if (text !== "" || !isTTY) stream.end(text);
  return stream;
}
