import { describe, expect, it } from "vitest";
import { redactText, redactUri } from "../../../src/db/uri.js";

describe("redactUri", () => {
  it.each([
    ["mongodb://localhost:27017/shop", "mongodb://localhost:27017/shop"],
    ["mongodb://anna:s3cret@host/shop", "mongodb://anna:***@host/shop"],
    [
      "mongodb+srv://anna:s3cret@cluster.example/?retryWrites=true",
      "mongodb+srv://anna:***@cluster.example/?retryWrites=true",
    ],
    ["mongodb://anna@host/", "mongodb://anna@host/"],
    ["mongodb://anna:s3@cr/et?x@host/", "mongodb://anna:***@host/"],
    ["mongodb://anna:s3cret@host/?proxyPassword=hush&tls=true", "mongodb://anna:***@host/?proxyPassword=***&tls=true"],
    ["mongodb://host/?authMechanismProperties=AWS_SESSION_TOKEN:hush", "mongodb://host/?authMechanismProperties=***"],
    ["not a uri", "not a uri"],
  ])("shows %s as %s", (uri, shown) => {
    expect(redactUri(uri)).toBe(shown);
  });
});

describe("redactText", () => {
  it("hides the password of a URI inside a message", () => {
    expect(redactText("cannot parse mongodb://anna:s3cret@host/ here")).toBe(
      "cannot parse mongodb://anna:***@host/ here",
    );
  });
});
