import { once } from "node:events";
import { WarehouseError } from "../../shared/errors.js";
import type { Changes } from "../../db/changes.js";
import { pause } from "../../db/waiting.js";
import type { App } from "../app.js";
import { exitCodes } from "../exit-codes.js";
import type { Look } from "../render/look.js";
import type { Size } from "./frame-writer.js";
import { type LiveTerminal, takeTerminal } from "./terminal.js";

/** Something that is shown as it changes. */
export interface LiveView<T> {
  readonly changes: Changes;
  /** Reads what a screen of so many rows has room for. */
  read(rows: number): Promise<T>;
  /** As lines that fit the size. */
  frame(data: T, size: Size, look: Look): string[];
}

/** Bursts of changes are shown five times a second. */
const shortestMs = 200;
/** Of a large database: so many times as long as reading took, so that watching leaves it room to work. */
const restRatio = 2;
/** "2 min ago" is drawn anew so often even if nothing changes. */
const agingMs = 10_000;

/**
 * Shows a view on the whole terminal until q or Ctrl-C, and then gives the terminal back.
 * @param name the command's, for what to do instead
 * @throws WarehouseError `usage` where there is no terminal to draw on, and whatever reading throws
 */
export async function showLive<T>(app: App, name: string, open: () => Promise<LiveView<T>>): Promise<void> {
  requireTerminal(app, name);
  // The engine reads in a thread of its own, so that keys are heard at once.
  app.expectMuch();
  const view = await open();
  const quit = new AbortController();
  const session = new LiveSession(app, view, quit.signal);
  const terminal = takeTerminal(app.host, {
    onQuit(interrupted) {
      if (interrupted) app.exitCode = exitCodes.interrupted;
      quit.abort();
    },
    onResize() {
      session.resized();
      void session.draw(terminal);
    },
  });
  const aging = setInterval(() => void session.draw(terminal), agingMs);
  try {
    await session.run(terminal);
  } finally {
    clearInterval(aging);
    terminal.restore();
  }
}

class LiveSession<T> {
  readonly #app: App;
  readonly #view: LiveView<T>;
  readonly #quit: AbortSignal;
  #data: { readonly value: T; readonly text: string } | undefined;
  #wake = new AbortController();

  constructor(app: App, view: LiveView<T>, quit: AbortSignal) {
    this.#app = app;
    this.#view = view;
    this.#quit = quit;
  }

  async run(terminal: LiveTerminal): Promise<void> {
    const { clock, out } = this.#app;
    const quitting = once(this.#quit, "abort");
    while (!this.#quit.aborted && !out.unread) {
      this.#wake = new AbortController();
      const startedMs = clock.elapsedMs();
      await Promise.race([this.#read(terminal.size.rows), quitting]);
      await this.draw(terminal);
      await pause(Math.max(shortestMs, restRatio * (clock.elapsedMs() - startedMs)), this.#quit);
      await this.#view.changes.next(AbortSignal.any([this.#quit, this.#wake.signal]));
    }
  }

  /** A taller screen has room for more than was read. */
  resized(): void {
    this.#wake.abort();
  }

  async draw(terminal: LiveTerminal): Promise<void> {
    if (this.#data === undefined || this.#quit.aborted) return;
    const { out } = this.#app;
    await out.write(terminal.show(this.#view.frame(this.#data.value, terminal.size, out.outLook)));
  }

  async #read(rows: number): Promise<void> {
    await this.#view.changes.mark();
    const value = await this.#view.read(rows);
    const text = JSON.stringify(value, (_, part: unknown) => (part instanceof Map ? [...part] : part));
    if (text !== this.#data?.text) this.#view.changes.moved();
    this.#data = { value, text };
  }
}

function requireTerminal({ host, out, env, command }: App, name: string): void {
  if (out.options.json)
    throw refusal("--watch draws on a terminal, and --json prints one document", command([name, "--json"]));
  if (host.stdout.isTTY !== true)
    throw refusal("--watch draws in place on a terminal, and standard output is none", command([name]));
  if (env["TERM"] === "dumb")
    throw refusal("--watch draws in place on a terminal, and this one cannot do that (TERM=dumb)", command([name]));
}

function refusal(message: string, fix: string): WarehouseError {
  return new WarehouseError("usage", message, { details: { fix } });
}
