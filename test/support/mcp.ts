import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { CliStore } from "./cli-store.js";

const bin = fileURLToPath(new URL("../../bin/warehouse.js", import.meta.url));

/** What a tool said: its structured result, or the error that it refused with. */
export interface Answer {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly fix: string;
    readonly details: Readonly<Record<string, unknown>>;
  };
}

export interface McpSession {
  readonly client: Client;
  readonly call: (name: string, args?: Readonly<Record<string, unknown>>) => Promise<Answer>;
  /** What the server has said on stderr so far. */
  readonly stderr: () => string;
  close(): Promise<void>;
}

/** The SDK's own client on a pipe to the real program. */
export async function openMcp(store: CliStore, ...words: readonly string[]): Promise<McpSession> {
  const env = { ...store.env, PATH: process.env["PATH"] ?? "" };
  const args = [bin, "mcp", ...words];
  const transport = new StdioClientTransport({
    command: process.execPath,
    args,
    env,
    cwd: store.directory,
    stderr: "pipe",
  });
  let stderr = "";
  transport.stderr?.on("data", (chunk: Buffer) => void (stderr += chunk.toString()));
  const client = new Client({ name: "test", version: "1.0.0" });
  await client.connect(transport);
  // Listing first lets the client hold every result to its tool's output schema.
  await client.listTools();
  return {
    client,
    call: async (name, args) => answerOf(await client.callTool({ name, arguments: { ...args } })),
    stderr: () => stderr,
    close: () => client.close(),
  };
}

function answerOf(result: Awaited<ReturnType<Client["callTool"]>>): Answer {
  const [content] = result.content as readonly { readonly type: string; readonly text: string }[];
  const said = JSON.parse(content?.text ?? "") as NonNullable<Answer["data"]>;
  if (result.isError === true) return said;
  if (JSON.stringify(result.structuredContent) !== content?.text) throw new Error("Text and structure differ");
  return { data: said };
}
