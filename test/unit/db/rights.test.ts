import { Script } from "node:vm";
import { describe, expect, it } from "vitest";
import { neededPrivileges, rightsCheck, roleScript } from "../../../src/db/rights.js";

const user = { user: "desk", db: "admin" };
const info = (privileges: unknown) => ({ authenticatedUsers: [user], authenticatedUserPrivileges: privileges });

describe("rightsCheck", () => {
  it("asks for nothing where nobody logs in", () => {
    expect(rightsCheck({ authenticatedUsers: [] }, "shop").status).toBe("ok");
  });

  it("is content with exactly what the role grants", () => {
    expect(rightsCheck(info(neededPrivileges("shop")), "shop")).toMatchObject({ status: "ok" });
  });

  it.each([
    ["any resource", { anyResource: true }],
    ["every collection", { db: "", collection: "" }],
    ["the database", { db: "shop", collection: "" }],
  ])("takes rights on %s", (_, resource) => {
    const actions = neededPrivileges("shop").flatMap((privilege) => privilege.actions);
    expect(rightsCheck(info([{ resource, actions }]), "shop").status).toBe("ok");
  });

  it("fails without a right to work, and names it", () => {
    const less = neededPrivileges("shop").map(({ resource, actions }) => ({
      resource,
      actions: actions.filter((action) => action !== "update" || resource.collection !== "orders"),
    }));
    expect(rightsCheck(info(less), "shop")).toMatchObject({ status: "failed", found: "missing update on shop.orders" });
  });

  it("warns without a right that only sets up", () => {
    const less = neededPrivileges("shop").map(({ resource, actions }) => ({
      resource,
      actions: actions.filter((action) => action !== "collMod"),
    }));
    expect(rightsCheck(info(less), "shop").status).toBe("warning");
  });

  it("warns without the right to be told of changes, and says what is done without it", () => {
    const less = neededPrivileges("shop").map(({ resource, actions }) => ({
      resource,
      actions: actions.filter((action) => action !== "changeStream"),
    }));
    const { status, found, fix } = rightsCheck(info(less), "shop");
    expect({ status, found }).toEqual({
      status: "warning",
      found: "missing changeStream on shop.products, changeStream on shop.orders",
    });
    expect(fix).toContain("--watch");
  });

  it("does not count rights on another database", () => {
    expect(rightsCheck(info(neededPrivileges("other")), "shop").status).toBe("failed");
  });
});

describe("roleScript", () => {
  it("is JavaScript whatever the database is called", () => {
    expect(() => new Script(roleScript('sh"op'))).not.toThrow();
  });
});
