import ora from "ora";
import type { Clock } from "../../shared/clock.js";
import type { Environment, Output } from "../host.js";
import { count, counted, duration } from "./format.js";
import { columnsOf } from "./look.js";

export interface Progress {
  update(done: number, total?: number): void;
  stop(): void;
}

export interface ProgressOptions {
  readonly stream: Output;
  readonly env: Environment;
  readonly clock: Clock;
  readonly color: boolean;
}

const silent: Progress = { update: () => undefined, stop: () => undefined };

/** Shows how far a run is: a spinner for people, one line a second in CI's terminals, nothing in pipes. */
export function startProgress(options: ProgressOptions): Progress {
  if (options.stream.isTTY !== true) return silent;
  // Without a width ora would clear lines without end.
  const canSpin = options.env["CI"] === undefined && columnsOf(options.stream) !== undefined;
  return canSpin ? spinner(options) : lines(options);
}

function spinner({ stream, clock, color }: ProgressOptions): Progress {
  const startedMs = clock.elapsedMs();
  // Ctrl-C is the program's to handle, so ora must leave stdin alone.
  const shown = ora({
    stream,
    text: "Processing orders",
    discardStdin: false,
    isEnabled: true,
    ...(!color && { color: false }),
  });
  shown.start();
  return {
    update(done, total) {
      shown.text = progressText({ done, total, elapsedMs: clock.elapsedMs() - startedMs });
    },
    stop: () => void shown.stop(),
  };
}

function lines({ stream, clock }: ProgressOptions): Progress {
  const startedMs = clock.elapsedMs();
  let saidMs = startedMs;
  return {
    update(done, total) {
      const nowMs = clock.elapsedMs();
      if (nowMs - saidMs < 1000) return;
      saidMs = nowMs;
      stream.write(`${progressText({ done, total, elapsedMs: nowMs - startedMs })}\n`);
    },
    stop: () => undefined,
  };
}

interface Standing {
  readonly done: number;
  readonly total: number | undefined;
  readonly elapsedMs: number;
}

/** `2,000 of 10,000 orders, 1,500/s, 5.3 s left` */
export function progressText({ done, total, elapsedMs }: Standing): string {
  if (done === 0 || elapsedMs <= 0) return "Processing orders";
  const perMs = done / elapsedMs;
  const rate = `${count(Math.round(perMs * 1000))}/s`;
  if (total === undefined) return `${counted(done, "order")}, ${rate}`;
  return `${count(done)} of ${counted(total, "order")}, ${rate}, ${duration((total - done) / perMs)} left`;
}
