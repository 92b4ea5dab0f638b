import { MongoError } from "mongodb";

const unreachable = new Set([
  "MongoServerSelectionError",
  "MongoNetworkError",
  "MongoNetworkTimeoutError",
  "MongoPoolClearedError",
  "PoolClearedOnNetworkError",
  "MongoTopologyClosedError",
  "MongoOperationTimeoutError",
]);

/** System errors of name lookup: for `mongodb+srv` they reach us as they are, else inside the driver's. */
const nameLookup = new Set(["ENOTFOUND", "ENODATA", "ESERVFAIL", "ETIMEOUT", "EAI_AGAIN"]);
const hungUp = new Set(["ECONNRESET", "EPIPE"]);
const certificate = /CERT|^UNABLE_TO|^ERR_(SSL|TLS)_/;

/**
 * Says what helps against a connection that does not come about.
 *
 * @returns `undefined` for what is no trouble of the network
 */
export function networkFix(error: Error): string | undefined {
  const code = systemCode(error);
  if (!unreachable.has(error.name) && (error instanceof MongoError || !isNetworkCode(code))) return undefined;
  if (code === undefined) return "start it, or correct its URI";
  if (nameLookup.has(code)) return "correct the host name in the URI, or see to this machine's DNS";
  if (certificate.test(code)) return "name the certificate of its authority in the URI with tlsCAFile";
  if (hungUp.has(code)) return "set tls in the URI as the server has it, and see that it lets this machine in";
  return "start it, or correct its URI";
}

function isNetworkCode(code: string | undefined): boolean {
  return code !== undefined && (nameLookup.has(code) || code === "ECONNREFUSED");
}

/** Of the innermost cause that has one. */
function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const inner = systemCode(error.cause);
  return inner ?? ("code" in error && typeof error.code === "string" ? error.code : undefined);
}
