const shortestMs = 250;
const longestMs = 5_000;

/** How long to wait before looking for the `looks + 1`-th time: 250 ms, doubled each time, at most 5 s. */
export function pollDelayMs(looks: number): number {
  return Math.min(longestMs, shortestMs * 2 ** Math.min(looks, 10));
}

/** Ends after so many milliseconds, or when `signal` aborts. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}
