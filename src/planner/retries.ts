import { type ClientError, isBrokenConnection, isOutOfCredit, isTimeout } from "./chat-errors.js";

/** A server that asks for a longer pause is not waited for. */
const longestPauseMs = 30_000;
const firstPauseMs = 500;
const longestBackOffMs = 8_000;

/**
 * How long to wait before a request that failed is sent again: as the server's Retry-After says, else longer each time,
 * with jitter so that batches do not come back all at once.
 *
 * The client library's own retries cannot be cut short, and repeat what is hopeless.
 * @param failures of this request so far, at least 1
 * @returns `undefined` if trying again is no use
 */
export function pauseAfter(
  error: ClientError,
  failures: number,
  random: () => number = Math.random,
): number | undefined {
  if (!isPassing(error, failures)) return undefined;
  const asked = askedPauseMs(error.headers);
  if (asked !== undefined) return asked <= longestPauseMs ? asked : undefined;
  return Math.min(firstPauseMs * 2 ** (failures - 1), longestBackOffMs) * (1 - random() / 4);
}

/** A server that was silent twice for the whole time of a request is not asked a third time. */
function isPassing(error: ClientError, failures: number): boolean {
  const { status, headers } = error;
  if (isTimeout(error)) return failures === 1;
  if (status === undefined) return isBrokenConnection(error);
  if (isOutOfCredit(error) || headers?.get("x-should-retry") === "false") return false;
  return status === 408 || status === 409 || status === 429 || status >= 500;
}

/** Source: RFC 9110, section 10.2.3; `retry-after-ms` as OpenAI's servers send it. */
function askedPauseMs(headers: Headers | undefined): number | undefined {
  const milliseconds = Number.parseFloat(headers?.get("retry-after-ms") ?? "");
  if (milliseconds >= 0) return milliseconds;
  const text = headers?.get("retry-after") ?? "";
  const seconds = Number.parseFloat(text);
  const asked = /^\d/.test(text) ? seconds * 1000 : Date.parse(text) - Date.now();
  return asked >= 0 ? asked : undefined;
}
