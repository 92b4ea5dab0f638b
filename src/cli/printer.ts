import { WarehouseError } from "../shared/errors.js";
import type { Host, Output } from "./host.js";
import { type Look, lookOf, type LookOptions } from "./render/look.js";
import { terminalSafeJson } from "./render/visible.js";

export interface PrinterOptions extends LookOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** Turns data into the text of one stream. */
export type Render<T> = (data: T, look: Look) => string;

/**
 * Results to stdout, talk to stderr.
 *
 * A reader that went away (`| head`) is no failure: what is left to say is dropped. Nor is talk that cannot be heard.
 */
export class Printer {
  readonly options: PrinterOptions;
  readonly #out: Channel;
  readonly #err: Channel;

  constructor(host: Pick<Host, "stdout" | "stderr">, options: PrinterOptions) {
    this.options = options;
    this.#out = new Channel(host.stdout);
    this.#err = new Channel(host.stderr);
  }

  /** How stdout shows things. */
  get outLook(): Look {
    return lookOf(this.#out.stream, this.options);
  }

  /** How stderr shows things. */
  get errLook(): Look {
    return lookOf(this.#err.stream, this.options);
  }

  /** Nobody reads stdout any more. */
  get unread(): boolean {
    return this.#out.closed;
  }

  /** A person watches stderr, so progress and hints make sense there. */
  get watched(): boolean {
    return this.#err.stream.isTTY === true && !this.options.quiet;
  }

  /** The one result of a command: as JSON with `--json`, else as `render` shows it. */
  async print<T>(data: T, render: Render<T>): Promise<void> {
    if (this.options.json) await this.printJson(data);
    else await this.write(render(data, this.outLook));
  }

  async printJson(data: unknown): Promise<void> {
    await this.write(`${terminalSafeJson(JSON.stringify(data, null, 2))}\n`);
  }

  /**
   * Waits where the reader is slow, so that large results need no memory.
   * @throws WarehouseError `unwritable_output`, once; what is written after that is dropped
   */
  write(text: string): Promise<void> {
    return this.#out.write(text).catch((cause: unknown) => {
      throw unwritable(cause);
    });
  }

  /** Talk on stderr that `--quiet` silences. */
  async note(text: string): Promise<void> {
    if (!this.options.quiet) await this.#talk(text);
  }

  /** Talk on stderr that only `--verbose` shows. */
  async detail(text: string): Promise<void> {
    if (this.options.verbose) await this.#talk(text);
  }

  /** On a terminal, what is too long for its line goes on under itself. */
  async #talk(text: string): Promise<void> {
    const { errLook } = this;
    const lines = Number.isFinite(errLook.width)
      ? (await import("./render/fold.js")).hanging("", text, errLook, 2)
      : [text];
    await this.complain(`${lines.join("\n")}\n`);
  }

  /** What must be said on stderr even so. */
  async complain(text: string): Promise<void> {
    await Promise.allSettled([this.#err.write(text)]);
  }
}

class Channel {
  readonly stream: Output;
  closed = false;

  constructor(stream: Output) {
    this.stream = stream;
    // For the life of the process: a broken pipe may be reported again while it ends.
    stream.on("error", () => {
      this.closed = true;
    });
  }

  write(text: string): Promise<void> {
    if (this.closed || text === "") return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.stream.write(text, (error) => {
        if (error === undefined || error === null || isGone(error)) {
          resolve();
          return;
        }
        this.closed = true;
        reject(error);
      });
    });
  }
}

/** What the command did is done; only telling of it failed. */
function unwritable(cause: unknown): WarehouseError {
  const why = cause instanceof Error && "code" in cause && cause.code === "ENOSPC" ? "no space left" : String(cause);
  return new WarehouseError("unwritable_output", `Cannot write to standard output (${why})`, {
    details: { fix: "send it elsewhere; what the command changed stays changed" },
    cause,
  });
}

function isGone(error: NodeJS.ErrnoException): boolean {
  return error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED";
}
