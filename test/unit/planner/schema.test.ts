import { describe, expect, it } from "vitest";
import { z } from "zod";
import { schemaOf } from "../../../src/planner/schema.js";

describe("schemaOf", () => {
  it("keeps what holds a model to handles and to at least one, and nothing else that costs tokens", () => {
    const input = z.strictObject({ orders: z.array(z.string()).min(1).max(10_000), status: z.enum(["in_transit"]) });
    expect(schemaOf(input)).toEqual({
      type: "object",
      properties: {
        orders: { type: "array", items: { type: "string", pattern: "^#[0-9]+(-#[0-9]+)?$" }, minItems: 1 },
        status: { type: "string", enum: ["in_transit"] },
      },
      required: ["orders", "status"],
    });
  });
});
