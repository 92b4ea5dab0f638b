import { Chalk } from "chalk";
import type { Environment, Output } from "../host.js";
import { ago, moment } from "./format.js";

/** Colours by meaning; each also stands in words, so nothing is lost without them. */
interface Palette {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bad: (text: string) => string;
}

/** How one stream shows things. */
export interface Look {
  /** Columns; `Infinity` where lines need not fit. */
  readonly width: number;
  readonly paint: Palette;
  /** A moment: relative for people at a terminal, to the second elsewhere. */
  readonly time: (at: Date) => string;
}

export interface LookOptions {
  readonly env: Environment;
  /** `false` for `--no-color`. */
  readonly color: boolean;
  readonly now: () => Date;
}

const narrowest = 40;

/** The look that fits a stream: colours and wrapping on terminals only. */
export function lookOf(stream: Output, { env, color, now }: LookOptions): Look {
  const terminal = stream.isTTY === true;
  return {
    width: terminal ? Math.max(narrowest, columnsOf(stream) ?? 80) : Infinity,
    paint: palette(terminal && color && !env["NO_COLOR"] && hasColours(stream, env)),
    time: (at) => (terminal ? ago(at, now()) : moment(at)),
  };
}

/** A terminal that does not know its size says 0. */
export function columnsOf({ columns }: Output): number | undefined {
  return columns === 0 ? undefined : columns;
}

function hasColours(stream: Output, env: Environment): boolean {
  const defined = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return (stream.getColorDepth?.(Object.fromEntries(defined)) ?? 1) > 1;
}

function palette(colours: boolean): Palette {
  const chalk = new Chalk({ level: colours ? 1 : 0 });
  return { strong: chalk.bold, faint: chalk.dim, good: chalk.green, warn: chalk.yellow, bad: chalk.red };
}
