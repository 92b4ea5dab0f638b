import { describe, expect, it } from "vitest";
import { openDatabase } from "../../../src/db/connect.js";
import type { WarehouseError } from "../../../src/shared/errors.js";

async function failure(uri: string): Promise<WarehouseError> {
  return openDatabase({ uri, dbName: "shop", dataDir: "unused" }).then(
    () => expect.fail("it opened"),
    (error: unknown) => error as WarehouseError,
  );
}

describe("openDatabase", () => {
  it("says where nothing answers, without the password", async () => {
    const error = await failure("mongodb://anna:s3cret@127.0.0.1:1/?serverSelectionTimeoutMS=50");
    expect(error.code).toBe("database_unavailable");
    expect(error.message).toContain("mongodb://anna:***@127.0.0.1:1/");
    expect(error.message).toContain("ECONNREFUSED");
    expect(JSON.stringify(error)).not.toContain("s3cret");
  });

  it.each([
    ["localhost:27017"],
    ["http://localhost"],
    ["mongodb://"],
    ["mongodb://localhost:port"],
    ["mongodb://host/?replicaSet="],
    ["mongodb://an:na:s3@cret@host/"],
  ])("calls %s an unusable URI", async (uri) => {
    const error = await failure(uri);
    expect(error.code).toBe("database_unusable");
    expect(error.message).not.toContain("s3");
  });
});

describe("openDatabase without a deployment", () => {
  it("says that the data directory is a file", async () => {
    const opening = openDatabase({ dbName: "shop", dataDir: `${import.meta.filename}/data` });
    await expect(opening).rejects.toMatchObject({ name: "WarehouseError", code: "data_directory" });
  });
});
