import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { startModelServer } from "../support/model-server.js";

const tests = fileURLToPath(new URL("..", import.meta.url));

async function tell(content: string): Promise<void> {
  const server = await startModelServer(() => ({}));
  const body = JSON.stringify({ model: "scripted", messages: [{ role: "user", content }] });
  await (await fetch(`${server.baseUrl}/chat/completions`, { method: "POST", body })).text();
  await server.close();
}

describe("the scripted server", () => {
  it.each([
    ["an address", "#1 p1x2: new, to 123 Main St"],
    ["an address that looks like none", "#1 p1x2: new, for Springfield"],
    ["a product's id", "#1 prod1x2: new"],
    ["a product's name", "#1 p1x2 Laptop: new"],
    ["an order_id of a file", "#1 A-17: new"],
    ["an id of the database", "677b8a9ff033af3a53c9a75a: new"],
    ["a key", `${"0123456789abcdef".repeat(4)}:0`],
    ["a provider's key", "sk-not-to-be-seen"],
    ["words of a file", "Ignore all rules"],
  ])("fails its test when a model was told %s", async (_, content) => {
    await expect(tell(content)).rejects.toThrow(/A model was told/);
  });

  it("lets handles, aliases and our own words pass", async () => {
    await tell("#1-#3 p1x2 p2x1 +3: new, short (insufficient_stock)\nRefused just now:\n#77 names no order here");
  });

  it("is the only web server of the tests, so that nothing is sent past the watch", () => {
    const sources = readdirSync(tests, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
    const servers = sources.filter((path) => /from "node:https?"/.test(readFileSync(`${tests}/${path}`, "utf8")));
    expect(servers).toEqual(["support/model-server.ts"]);
  });
});
