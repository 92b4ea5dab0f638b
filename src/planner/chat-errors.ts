import { WarehouseError } from "../shared/errors.js";
import type { ModelEndpoint } from "./providers.js";

/** What the client library throws, as far as it can be relied on. */
export interface ClientError {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
  readonly code: string | undefined;
  /** Of the server's answer, if there was one. */
  readonly headers: Headers | undefined;
}

const tooSlow = "did not answer in time: try again, or raise --model-timeout";

/**
 * A model server's failure as an error that names the fix. No key and no text of the server's answer beyond its
 * first line is in it.
 */
export function modelError(cause: unknown, endpoint: ModelEndpoint): WarehouseError {
  const error = readError(cause);
  const { name, baseUrl } = endpoint;
  const fail = (code: "model_unauthorized" | "model_unknown" | "model_unavailable", message: string) =>
    new WarehouseError(code, message, { cause, details: { model: name, base_url: baseUrl, status: error.status } });
  if (isOutOfCredit(error)) {
    return fail("model_unavailable", `No credit left for ${name}: top up the account, or run without --model`);
  }
  switch (error.status) {
    case 401:
    case 403:
      return fail("model_unauthorized", `${baseUrl} refused the key for ${name}: check it in the environment or .env`);
    case 404:
      return fail("model_unknown", `${baseUrl} has no model ${endpoint.model}: check the name given with --model`);
    case 408:
    case 504:
      return fail("model_unavailable", `${baseUrl} ${tooSlow}`);
    case 429:
      return fail("model_unavailable", `${baseUrl} limits the rate: wait, or lower --concurrency`);
    case undefined:
      return fail("model_unavailable", `${baseUrl} ${unreachable(error)}`);
    default:
      return fail(
        "model_unavailable",
        `${baseUrl} answered ${String(error.status)} (${firstLine(error.message)}): try again, or see the server's own log`,
      );
  }
}

/** Whether a request was refused because of one of its optional parameters, named in the server's answer. */
export function refusesParameter(cause: unknown, parameter: string): boolean {
  const { status, message } = readError(cause);
  return (status === 400 || status === 422) && message.includes(parameter);
}

/** Reads what a client library threw, whatever it is. */
export function readError(cause: unknown): ClientError {
  const fields = typeof cause === "object" && cause !== null ? (cause as Readonly<Record<string, unknown>>) : {};
  return {
    name: typeof fields.name === "string" ? fields.name : "",
    message: typeof fields.message === "string" ? fields.message : String(cause),
    status: typeof fields.status === "number" ? fields.status : undefined,
    code: typeof fields.code === "string" ? fields.code : undefined,
    headers: fields.headers instanceof Headers ? fields.headers : undefined,
  };
}

/** Waiting does not help here. */
export function isOutOfCredit({ status, code }: ClientError): boolean {
  return status === 402 || code === "insufficient_quota";
}

/** The server did not answer within the time for one request. */
export function isTimeout({ name, status, message }: ClientError): boolean {
  return status === undefined && (name === "TimeoutError" || /timed? ?out/i.test(message));
}

/** No answer came, or it broke off. */
export function isBrokenConnection({ status, message }: ClientError): boolean {
  return status === undefined && /connection|ECONNREFUSED|ENOTFOUND|fetch failed|terminated/i.test(message);
}

function unreachable(error: ClientError): string {
  const { message } = error;
  if (isTimeout(error)) return tooSlow;
  if (isBrokenConnection(error)) return "cannot be reached: start the server, or check --base-url";
  return `gave no usable answer (${firstLine(message)}): check that --base-url names an OpenAI-compatible server`;
}

function firstLine(text: string): string {
  return (text.split("\n", 1)[0] ?? "").slice(0, 200);
}
