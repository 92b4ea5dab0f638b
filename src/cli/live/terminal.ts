import { exitCodes } from "../exit-codes.js";
import type { Host, Output, Signal } from "../host.js";
import { columnsOf } from "../render/look.js";
import { frameChange, secondScreen, type Size } from "./frame-writer.js";

/** What a person at the terminal wants. */
export interface Wishes {
  /** q, or Ctrl-C. */
  readonly onQuit: (interrupted: boolean) => void;
  readonly onResize: () => void;
}

/** A terminal that is drawn on in place. */
export interface LiveTerminal {
  readonly size: Size;
  /** What is to be written so that these lines stand there. */
  show(lines: readonly string[]): string;
  /** Gives the terminal back as it was. */
  restore(): void;
}

/**
 * Takes the terminal over: a second screen, keys one by one.
 *
 * However the process ends, short of `kill -9`, the terminal is given back first.
 */
export function takeTerminal(host: Host, wishes: Wishes): LiveTerminal {
  let shown: readonly string[] | undefined;
  const onResize = (): void => {
    shown = undefined;
    wishes.onResize();
  };
  const restoreKeys = listenToKeys(host, wishes);
  let taken = true;
  const restore = (): void => {
    if (!taken) return;
    taken = false;
    host.stdout.off("resize", onResize);
    restoreKeys();
    forget();
    host.stdout.write(secondScreen.leave);
  };
  const forget = atEveryEnd(host, () => {
    restore();
    // Nothing may be drawn on the terminal after it is given back.
    wishes.onQuit(true);
  });
  host.stdout.on("resize", onResize);
  host.stdout.write(secondScreen.enter);
  return {
    get size() {
      return sizeOf(host.stdout);
    },
    show(lines) {
      const change = frameChange(shown, lines, sizeOf(host.stdout));
      shown = lines;
      return change;
    },
    restore,
  };
}

/** Where the terminal does not know its size, that of the first ones. */
function sizeOf(stream: Output): Size {
  return { columns: columnsOf(stream) ?? 80, rows: stream.rows || 24 };
}

/** SIGINT and SIGTERM end the process elsewhere, SIGHUP would end it without a word. */
function atEveryEnd(host: Host, restore: () => void): () => void {
  const onHangUp = (): void => host.exit(exitCodes.interrupted);
  const hangUp: Signal = "SIGHUP";
  const endings = ["exit", "uncaughtExceptionMonitor"] as const;
  for (const ending of endings) host.on(ending, restore);
  host.on(hangUp, onHangUp);
  return () => {
    for (const ending of endings) host.off(ending, restore);
    host.off(hangUp, onHangUp);
  };
}

/** Without keys (stdin is no terminal) only signals end it. */
function listenToKeys({ stdin }: Host, { onQuit }: Wishes): () => void {
  if (stdin.isTTY !== true || stdin.setRawMode === undefined) return () => undefined;
  const onData = (keys: Buffer | string): void => {
    const text = keys.toString();
    if (text.includes(controlC)) onQuit(true);
    else if (/^q$/i.test(text) || text === escapeKey || text === controlD) onQuit(false);
  };
  const onEnd = (): void => onQuit(false);
  stdin.setRawMode(true);
  stdin.on("data", onData).on("end", onEnd);
  stdin.resume();
  return () => {
    stdin.off("data", onData).off("end", onEnd);
    stdin.setRawMode?.(false);
    stdin.pause();
  };
}

const [controlC, controlD, escapeKey] = ["\u0003", "\u0004", "\u001b"];
