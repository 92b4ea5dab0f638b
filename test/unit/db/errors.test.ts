import { MongoNetworkError, MongoParseError, MongoServerError, MongoServerSelectionError } from "mongodb";
import { describe, expect, it } from "vitest";
import { explainDatabaseError } from "../../../src/db/errors.js";
import { WarehouseError } from "../../../src/shared/errors.js";

const location = "mongodb://anna:***@host/";

function serverError(code: number, message: string): MongoServerError {
  return new MongoServerError({ message, errmsg: message, code });
}

const causedBy = (code: string): Error => Object.assign(new Error(code), { code });

const troubles: [error: Error, code: string, fix: string][] = [
  [new MongoServerSelectionError("connect ECONNREFUSED", { error: null } as never), "database_unavailable", "start it"],
  [new MongoNetworkError("socket closed"), "database_unavailable", "start it"],
  [new MongoNetworkError("getaddrinfo", { cause: causedBy("ENOTFOUND") }), "database_unavailable", "DNS"],
  [causedBy("ENOTFOUND"), "database_unavailable", "DNS"],
  [new MongoNetworkError("tls", { cause: causedBy("CERT_HAS_EXPIRED") }), "database_unavailable", "tlsCAFile"],
  [new MongoNetworkError("cut off", { cause: causedBy("ECONNRESET") }), "database_unavailable", "set tls"],
  [new MongoParseError("Invalid scheme"), "database_unusable", "mongodb://user:password@host"],
  [serverError(18, "Authentication failed."), "database_unauthorized", "authSource"],
  [serverError(13, "not authorized on shop"), "database_unauthorized", "readWrite"],
  [
    serverError(20, "Transaction numbers are only allowed on a replica set member"),
    "database_unusable",
    "rs.initiate()",
  ],
];

describe("explainDatabaseError", () => {
  it.each(troubles)("explains %s with the fix", (error, code, fix) => {
    const explained = explainDatabaseError(error, location);
    expect(explained?.code).toBe(code);
    expect(explained?.message).toContain(fix);
    expect(explained?.message).toContain(location);
  });

  it("hides a password that the driver's message repeats", () => {
    const error = new MongoParseError("bad mongodb://anna:s3cret@host/");
    expect(explainDatabaseError(error, location)?.message).not.toContain("s3cret");
  });

  it("leaves a bug a bug", () => {
    expect(explainDatabaseError(new TypeError("undefined is not a function"), location)).toBeUndefined();
    expect(explainDatabaseError(causedBy("EACCES"), location)).toBeUndefined();
    expect(explainDatabaseError(serverError(9, "FailedToParse"), location)).toBeUndefined();
  });

  it("keeps what is explained already", () => {
    const error = new WarehouseError("not_found", "There is no product x");
    expect(explainDatabaseError(error, location)).toBe(error);
  });
});
