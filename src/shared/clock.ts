/** The time, handed in so that tests can fix it. */
export interface Clock {
  /** The wall clock, for what is stored. */
  now(): Date;
  /** Milliseconds that only grow, for durations. */
  elapsedMs(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  elapsedMs: () => performance.now(),
};
