import { describe, expect, it } from "vitest";
import { type ClientError, readError } from "../../../src/planner/chat-errors.js";
import { pauseAfter } from "../../../src/planner/retries.js";

const status = (code: number, headers: Record<string, string> = {}): ClientError =>
  readError({ message: "no", status: code, headers: new Headers(headers) });
const broken = readError(new TypeError("fetch failed"));
const silent = readError(Object.assign(new Error("Request timed out."), { name: "TimeoutError" }));
const unjittered = (): number => 0;

describe("pauseAfter", () => {
  it.each<readonly [string, ClientError, number, number | undefined]>([
    ["a rate limit", status(429), 1, 500],
    ["a second server error", status(503), 2, 1_000],
    ["a tenth server error", status(500), 10, 8_000],
    ["a broken connection", broken, 3, 2_000],
    ["Retry-After in seconds", status(429, { "retry-after": "7" }), 1, 7_000],
    ["a Retry-After of zero", status(429, { "retry-after": "0" }), 3, 0],
    ["Retry-After in milliseconds", status(429, { "retry-after-ms": "12", "retry-after": "7" }), 1, 12],
    ["a Retry-After of an hour", status(429, { "retry-after": "3600" }), 1, undefined],
    ["a Retry-After in the past", status(503, { "retry-after": "Mon, 06 Jan 2025 10:00:00 GMT" }), 1, 500],
    ["a server that says it is no use", status(500, { "x-should-retry": "false" }), 1, undefined],
    ["silence", silent, 1, 500],
    ["silence again", silent, 2, undefined],
    ["no credit", readError({ status: 429, code: "insufficient_quota" }), 1, undefined],
    ["a refused key", status(401), 1, undefined],
    ["an answer that is no JSON", readError(new SyntaxError("Unexpected token <")), 1, undefined],
  ])("after %s", (_, error, failures, pause) => {
    expect(pauseAfter(error, failures, unjittered)).toBe(pause);
  });

  it("spreads by up to a quarter", () => {
    expect(pauseAfter(broken, 1, () => 1)).toBe(375);
  });
});
