import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

  it("writes a picture or Mermaid text, by the file's name", async () => {
    const directory = await mkdtemp(join(tmpdir(), "warehouse-graph-"));
    const { code, stdout } = await runCli(["graph", "--out", "graph.svg"], { cwd: directory });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(await readFile(join(directory, "graph.svg"), "utf8")).toContain("supervisor chooses inventory or order or");
    await runCli(["graph", "--out", "graph.mmd"], { cwd: directory });
    const { stdout: mermaid } = await runCli(["graph", "--mermaid"]);
    expect(await readFile(join(directory, "graph.mmd"), "utf8")).toBe(mermaid);
    await rm(directory, { recursive: true });
  });

  it("exits 2 for a file whose name tells no form, and 2 for a place that is not there", async () => {
    expect(await runCli(["graph", "--out", "graph.png"])).toMatchObject({ code: 2, stdout: "" });
    expect((await runCli(["graph", "--out", "/not/there/graph.svg"])).stderr).toContain("no such directory");
  });
});
