import { describe, expect, it } from "vitest";
import { plainEnvironment } from "../../../src/bench/cases/start-up.js";

describe("the environment of what is timed", () => {
  it("has nothing that slows Node down or names another database", () => {
    const kept = { PATH: "/bin", HOME: "/home/me", TMPDIR: "/tmp", NODEJS: "yes" };
    const left = {
      NODE_EXTRA_CA_CERTS: "/etc/certificates.pem",
      NODE_OPTIONS: "--require ./slow.js",
      SSL_CERT_FILE: "/etc/certificates.pem",
      WAREHOUSE_DATA_DIR: "/var/warehouse",
      MONGODB_URI: "mongodb://elsewhere",
    };
    expect(plainEnvironment({ ...kept, ...left })).toEqual(kept);
  });
});
