import type { Readable, Writable } from "node:stream";

/** An output stream; the last four are there on a terminal, which also says `resize`. */
export type Output = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  getColorDepth?(env?: Record<string, string>): number;
};

/** An input stream; a terminal gives every key at once in raw mode. */
export type Input = Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };

export type Signal = "SIGINT" | "SIGTERM" | "SIGHUP";

/** Told when the process is about to end, by whatever cause that leaves time to tell. */
export type Ending = "exit" | "uncaughtExceptionMonitor";

/** What the program needs of its process; `process` is one, tests hand in their own. */
export interface Host {
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  cwd(): string;
  /** Ends the process at once; nothing after it runs. */
  exit(code: number): void;
  on(event: Signal | Ending, listener: () => void): unknown;
  off(event: Signal | Ending, listener: () => void): unknown;
}

export type Environment = Readonly<Record<string, string | undefined>>;
