import type { CallToolResult, Tool } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { explainDatabaseError } from "../db/errors.js";
import type { ErrorCode, WarehouseError } from "../shared/errors.js";
import { deliveryTools } from "./delivery-tools.js";
import { orderTools } from "./order-tools.js";
import { readTools } from "./read-tools.js";
import type { McpContext } from "./server.js";
import { stockTools } from "./stock-tools.js";
import { type McpTool, refused, type ToolOutcome, type ToolRefusal } from "./tool.js";

const tools: readonly McpTool[] = [...readTools, ...orderTools, ...stockTools, ...deliveryTools];

/** The tools that a client sees; write tools are not even there when writes are not allowed. */
export function toolsFor(allowWrites: boolean): readonly McpTool[] {
  return tools.filter(({ effect }) => allowWrites || effect === "read");
}

/** A tool as `tools/list` shows it. */
export function toolListing({ name, title, description, effect, destructive, input, output }: McpTool): Tool {
  return {
    name,
    title,
    description,
    inputSchema: jsonSchemaOf(input),
    outputSchema: jsonSchemaOf(output),
    annotations: {
      readOnlyHint: effect === "read",
      destructiveHint: destructive,
      idempotentHint: true,
      openWorldHint: false,
    },
  };
}

/** As plain JSON. An input is described as it is after the rules, since only that names the fields of an order line. */
function jsonSchemaOf(schema: z.ZodType): Tool["inputSchema"] {
  const json = JSON.stringify(z.toJSONSchema(schema, { io: "output", override: optionalDefaults }));
  return JSON.parse(json) as Tool["inputSchema"];
}

/** What has a default need not be sent. */
function optionalDefaults({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  const { required, properties } = jsonSchema;
  if (required === undefined) return;
  jsonSchema.required = required.filter((name) => {
    const property = properties?.[name];
    return typeof property !== "object" || property.default === undefined;
  });
}

/** One call: whatever goes wrong is a tool error with a code and what to do, never a crash. */
export async function callTool(name: string, args: unknown, context: McpContext): Promise<CallToolResult> {
  const outcome = await outcomeOf(name, args, context);
  if (outcome.kind === "done") {
    const text = JSON.stringify(outcome.data);
    return { content: [{ type: "text", text }], structuredContent: JSON.parse(text) as Record<string, unknown> };
  }
  const { code, message, fix, details } = outcome;
  // No structuredContent: clients hold it to the tool's output schema, which is that of a success.
  const text = JSON.stringify({ error: { code, message, fix, details } });
  return { isError: true, content: [{ type: "text", text }] };
}

async function outcomeOf(name: string, args: unknown, context: McpContext): Promise<ToolOutcome> {
  const tool = toolsFor(context.allowWrites).find((each) => each.name === name);
  if (tool === undefined) return unknownTool(name);
  try {
    return await tool.run(args ?? {}, context.features);
  } catch (error) {
    const known = explainDatabaseError(error, context.location);
    return known === undefined ? bug(error, context) : refusalOf(known);
  }
}

function unknownTool(name: string): ToolRefusal {
  const needsWrites = tools.some((tool) => tool.name === name);
  return needsWrites
    ? refused("read_only", `${name} changes the books, and this server is read-only`, {
        fix: "ask whoever runs the server to start it with `warehouse mcp --allow-writes`",
      })
    : refused("unknown_tool", `There is no tool ${name.slice(0, 100)}`, { fix: "tools/list names the tools" });
}

function refusalOf({ code, message, details }: WarehouseError): ToolRefusal {
  const { fix, ...rest } = details;
  return refused(code, message, { fix: typeof fix === "string" ? fix : (fixes[code] ?? "call again"), details: rest });
}

const fixes: Readonly<Partial<Record<ErrorCode, string>>> = {
  database_unavailable: "call again in a moment: repeating is harmless",
  database_unusable: "run `warehouse audit` on this database to see what is wrong with it",
  database_unauthorized: "give the database user of this server readWrite on its database",
};

/** The stack is for whoever runs the server, not for the client. */
function bug(error: unknown, { log }: McpContext): ToolRefusal {
  log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return refused("bug", "This is a bug in warehouse; its stderr has the details", {
    fix: "report it; repeating the call is harmless",
  });
}
