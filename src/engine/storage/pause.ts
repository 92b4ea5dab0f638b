const never = new Int32Array(new SharedArrayBuffer(4));

/** Holds up the whole thread, for what must be waited for in the middle of a synchronous step. */
export function pause(ms: number): void {
  Atomics.wait(never, 0, 0, ms);
}
