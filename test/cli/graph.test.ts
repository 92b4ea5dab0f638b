import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runCli } from "../support/cli.js";

const readme = readFileSync(fileURLToPath(new URL("../../README.md", import.meta.url)), "utf8");

describe("warehouse graph", () => {
  it("draws a tree from the start, in which workers go back to the supervisor", async () => {
    const { code, stdout } = await runCli(["graph"]);
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "start
      └─▶ supervisor
          ├╌▶ inventory
          │   └─▶ supervisor ↩
          ├╌▶ order
          │   └─▶ supervisor ↩
          ├╌▶ delivery
          │   └─▶ supervisor ↩
          └╌▶ settle
              └─▶ end

      ─▶ always   ╌▶ when it is chosen   ↩ goes on there
      "
    `);
  });

  it("gives nodes and edges as JSON", async () => {
    const { stdout } = await runCli(["graph", "--json"]);
    const drawing = JSON.parse(stdout) as unknown;
    expect(drawing).toMatchObject({
      nodes: ["__start__", "supervisor", "inventory", "order", "delivery", "settle", "__end__"],
    });
    expect(drawing).toHaveProperty("edges.0", { source: "__start__", target: "supervisor", conditional: false });
    expect(drawing).toHaveProperty(
      "edges",
      expect.arrayContaining([{ source: "supervisor", target: "settle", conditional: true }]),
    );
  });

  it("gives the Mermaid text that the README shows", async () => {
    const { stdout } = await runCli(["graph", "--mermaid"]);
    expect(/^```mermaid\n(.*?)^```$/ms.exec(readme)?.[1]).toBe(stdout);
  });
});
