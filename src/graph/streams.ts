/** All items, for streams that are known to be short. */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

/** Groups of up to `size`, in order, whatever groups the items come in. */
export async function* chunked<T>(source: AsyncIterable<readonly T[]>, size: number): AsyncGenerator<T[]> {
  let chunk: T[] = [];
  for await (const items of source) {
    for (const item of items) {
      chunk.push(item);
      if (chunk.length < size) continue;
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}

/** The same items, the next one being made while the current one is worked on. */
export async function* ahead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  // Settled, so that an error waits for its turn instead of being an unhandled rejection.
  let next = Promise.allSettled([iterator.next()]);
  try {
    for (;;) {
      const [result] = await next;
      if (result.status === "rejected") throw result.reason;
      if (result.value.done === true) return;
      next = Promise.allSettled([iterator.next()]);
      yield result.value.value;
    }
  } finally {
    await next;
    await iterator.return?.();
  }
}

/**
 * Works on up to `concurrency` items at a time, started in order; stops taking items when one fails or `signal` aborts.
 * @returns whether all items were worked on, once everything that was started has ended
 * @throws what failed first
 */
export async function workThrough<T>(
  source: AsyncIterable<T>,
  { concurrency, signal }: { readonly concurrency: number; readonly signal: AbortSignal },
  work: (item: T) => Promise<void>,
): Promise<boolean> {
  const inFlight = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let complete = true;
  const start = async (item: T): Promise<void> => {
    const [result] = await Promise.allSettled([work(item)]);
    if (result.status === "rejected") failures.push(result.reason);
  };
  try {
    for await (const item of ahead(source)) {
      complete = !signal.aborted;
      if (!complete) break;
      const working: Promise<void> = start(item).finally(() => inFlight.delete(working));
      inFlight.add(working);
      if (inFlight.size >= concurrency) await Promise.race(inFlight);
      if (failures.length > 0) break;
    }
  } finally {
    await Promise.all(inFlight);
  }
  if (failures.length > 0) throw failures[0];
  return complete;
}
