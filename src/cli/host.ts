import type { Readable, Writable } from "node:stream";

/** An output stream; the last three are there on a terminal. */
export type Output = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  getColorDepth?(env?: Record<string, string>): number;
};

export type Signal = "SIGINT" | "SIGTERM";

/** What the program needs of its process; `process` is one, tests hand in their own. */
export interface Host {
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  cwd(): string;
  /** Ends the process at once; nothing after it runs. */
  exit(code: number): void;
  on(signal: Signal, listener: () => void): unknown;
  off(signal: Signal, listener: () => void): unknown;
}

export type Environment = Readonly<Record<string, string | undefined>>;
