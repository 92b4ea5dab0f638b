import { z } from "zod";

/** What a schema says that a model need not read: the guard checks it anyway. */
const wordy = new Set(["$schema", "additionalProperties", "minItems", "maxItems"]);

/** A JSON schema for a model, without what only costs tokens. */
export function schemaOf(input: z.ZodObject): Record<string, unknown> {
  return slim(z.toJSONSchema(input)) as Record<string, unknown>;
}

function slim(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(slim);
  if (typeof schema !== "object" || schema === null) return schema;
  const kept = Object.entries(schema).filter(([name]) => !wordy.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, slim(value)]));
}
