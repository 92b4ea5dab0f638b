import { z } from "zod";

/** What a schema says that a model need not read: the guard checks it anyway. */
const wordy = new Set(["$schema", "additionalProperties", "maxItems"]);

/**
 * What a model lists is handles and ranges of them. The guard takes them in other shapes too; this is for servers that
 * hold a model to the schema, where a small one would else never end its list. Some of them know no `\d`.
 */
const handlePattern = "^#[0-9]+(-#[0-9]+)?$";

/** A JSON schema for a model, without what only costs tokens. */
export function schemaOf(input: z.ZodObject): Record<string, unknown> {
  return slim(z.toJSONSchema(input)) as Record<string, unknown>;
}

function slim(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(slim);
  if (typeof schema !== "object" || schema === null) return schema;
  const kept = Object.entries(schema).filter(([name]) => !wordy.has(name));
  const slimmed = Object.fromEntries(kept.map(([name, value]) => [name, slim(value)]));
  return isTextList(schema) ? { ...slimmed, items: { type: "string", pattern: handlePattern } } : slimmed;
}

function isTextList(schema: object): boolean {
  const { type, items } = schema as { readonly type?: unknown; readonly items?: { readonly type?: unknown } };
  return type === "array" && items?.type === "string";
}
