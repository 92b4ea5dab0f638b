import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { startBin } from "../support/bin.js";
import { type RunningCli, startCli } from "../support/cli.js";
import { type CliStore, openCliStore } from "../support/cli-store.js";
import { type Screen, screenAfter } from "../support/screen.js";

// Each starts the engine in a thread of its own, on a machine that runs other tests too.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let store: CliStore;
let watching: RunningCli | undefined;
beforeAll(async () => {
  store = await openCliStore();
  await store.json("seed");
});
afterEach(async () => {
  watching?.type("q");
  await watching?.result;
});
afterAll(() => store.close());

interface Watching {
  readonly cli: RunningCli;
  readonly screen: () => Screen;
  /** Waits until a line of the screen fits. */
  readonly until: (pattern: RegExp) => Promise<void>;
}

function watch(words: readonly string[], rows = 24): Watching {
  const cli = startCli(words, { env: store.env, cwd: store.directory, columns: 80, rows });
  watching = cli;
  const screen = (): Screen => screenAfter(cli.stdout(), rows);
  const until = (pattern: RegExp): Promise<void> =>
    vi.waitFor(() => expect(screen().lines).toContainEqual(expect.stringMatching(pattern)), 15_000);
  return { cli, screen, until };
}

/** Another process does this to the same database. */
async function elsewhere(...words: string[]): Promise<void> {
  const { code, stderr } = await startBin(words, { env: store.env, cwd: store.directory }).ended;
  if (code !== 0) throw new Error(`warehouse ${words.join(" ")} exited with ${code}: ${stderr}`);
}

const asItWas = { cursorShown: true, secondScreen: false, wraps: true };

describe("warehouse stock --watch", () => {
  it("shows what another process changes, until q", async () => {
    const { cli, screen, until } = watch(["stock", "--watch"]);
    await until(/^prod1 +Laptop +10 +0 +▁█ +\+10 +just now$/);
    expect(screen()).toMatchObject({ cursorShown: false, secondScreen: true, wraps: false });
    expect(cli.raw()).toBe(true);
    await elsewhere("receive", "prod1", "5");
    await until(/^prod1 +Laptop +15 +0 +▁▆█ +\+5 +just now$/);
    cli.type("q");
    expect((await cli.result).code).toBe(0);
    expect(screen()).toMatchObject(asItWas);
    expect(cli.raw()).toBe(false);
  });

  it("fits the terminal when its size changes", async () => {
    const { cli, until } = watch(["stock", "--watch"]);
    await until(/^prod3 /);
    cli.resize(60, 8);
    await vi.waitFor(() => expect(cli.stdout().split("… and 1 more product;")).toHaveLength(2), 10_000);
  });

  it("shows only the products that are named", async () => {
    const { screen, until } = watch(["stock", "prod2", "--watch"]);
    await until(/^prod2 /);
    expect(screen().lines.join("\n")).not.toContain("prod1");
  });

  it("exits 130 at Ctrl-C, with the terminal as it was", async () => {
    const { cli, screen, until } = watch(["stock", "--watch"]);
    await until(/^prod1 /);
    cli.type("\u0003");
    expect((await cli.result).code).toBe(130);
    expect(screen()).toMatchObject(asItWas);
    expect(cli.raw()).toBe(false);
  });

  it.each(["SIGTERM", "SIGHUP"] as const)("gives the terminal back before %s ends the process", async (signal) => {
    const { cli, screen, until } = watch(["stock", "--watch"]);
    await until(/^prod1 /);
    cli.signal(signal);
    expect(screen()).toMatchObject(asItWas);
    expect(cli.raw()).toBe(false);
    expect((await cli.result).exits).toEqual([130]);
  });

  it("leaves the terminal alone for a product that is not there", async () => {
    const { cli } = watch(["stock", "prod9", "--watch"]);
    const { code, stdout } = await cli.result;
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});

describe("warehouse orders --watch", () => {
  it("shows orders as they come, and how many there are in each status", async () => {
    const { cli, until } = watch(["orders", "--watch"], 10);
    await until(/^No orders\.$/);
    const order = { products: [{ product_id: "prod3", quantity: 1 }], address: "1 Way" };
    await elsewhere(
      "process",
      await store.file(
        "orders.json",
        Array.from({ length: 6 }, () => order),
      ),
    );
    await until(/^0 pending {2}6 in transit {2}0 delivered {2}0 cancelled$/);
    await until(/^… and 2 older orders$/);
    cli.type("q");
    expect((await cli.result).code).toBe(0);
  });
});

describe("--watch without a terminal", () => {
  it.each([
    [["stock", "--watch"], "warehouse stock\n"],
    [["orders", "--watch"], "warehouse orders\n"],
  ])("%j exits 2 and says what to do instead", async (words, advice) => {
    const { code, stdout, stderr } = await store.run(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(`  try: ${advice}`);
  });

  it("is refused with --json, which is one document", async () => {
    const { code, stdout } = await store.run(["stock", "--watch", "--json"], { columns: 80 });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "usage", details: { fix: "warehouse stock --json" } } });
  });
});
