import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Gate } from "../../../../src/engine/commands/gate.js";

describe("Gate", () => {
  it("asks only while nothing is under way, and lets nothing through meanwhile", async () => {
    const events: string[] = [];
    let asked = 0;
    const gate = new Gate(() => {
      asked += 1;
      events.push("rest");
      return sleep(5).then(() => void events.push("rested"));
    });
    const work = async (name: string): Promise<void> => {
      events.push(name);
      await sleep(5);
    };
    await Promise.all([gate.run(() => work("a")), gate.run(() => work("b"))]);
    await gate.run(() => work("c"));
    expect(events).toEqual(["rest", "rested", "a", "b", "rest", "rested", "c", "rest"]);
    expect(asked).toBe(3);
  });

  describe("when what is to be done is overdue", () => {
    /** Busy until `end`; then something begins as soon as nothing is under way. */
    const busyGate = () => {
      const events: string[] = [];
      const gate = new Gate(
        () => (events.includes("rest") || !events.includes("transaction over") ? undefined : rest()),
        () => !events.includes("rest"),
      );
      const rest = () => {
        events.push("rest");
        return sleep(5).then(() => void events.push("rested"));
      };
      const run = (name: string, mayWait: boolean) => gate.run(() => Promise.resolve(events.push(name)), mayWait);
      return { events, run };
    };

    it("holds up what would begin, but not what helps to end", async () => {
      const { events, run } = busyGate();
      const begun = [run("new", true), run("also new", true)];
      await run("in transaction", false);
      await run("transaction over", false);
      await Promise.all(begun);
      expect(events).toEqual(["in transaction", "transaction over", "rest", "rested", "new", "also new"]);
    });

    it("does not hold it up for long, nor soon again", async () => {
      const { events, run } = busyGate();
      await Promise.all([run("new", true), run("also new", true)]);
      await Promise.all([run("newer", true), run("in transaction", false)]);
      expect(events).toEqual(["new", "also new", "newer", "in transaction"]);
    });
  });

  it("keeps a failure after the last command for the next one", async () => {
    let asked = 0;
    const gate = new Gate(() => (++asked === 2 ? Promise.reject(new Error("no disk")) : undefined));
    expect(await gate.run(() => Promise.resolve(1))).toBe(1);
    await sleep(5);
    await expect(gate.run(() => Promise.resolve(2))).rejects.toThrow("no disk");
    expect(await gate.run(() => Promise.resolve(3))).toBe(3);
  });

  it("does not fail a command that is done when nothing can begin after it", async () => {
    let asked = 0;
    const gate = new Gate(() => {
      if (++asked === 2) throw new Error("no more files");
      return undefined;
    });
    expect(await gate.run(() => Promise.resolve("done"))).toBe("done");
    await expect(gate.run(() => Promise.resolve("not begun"))).rejects.toThrow("no more files");
    expect(await gate.run(() => Promise.resolve("next"))).toBe("next");
  });

  it("closes when what is between commands is over, and lets no more begin", async () => {
    const events: string[] = [];
    const gate = new Gate(() => {
      events.push("rest");
      return sleep(5).then(() => void events.push("rested"));
    });
    await gate.run(() => Promise.resolve());
    expect(events).toEqual(["rest", "rested", "rest"]);
    await gate.close();
    expect(events).toEqual(["rest", "rested", "rest", "rested"]);
    await gate.run(() => Promise.resolve());
    expect(events).toHaveLength(4);
  });

  it("tells whoever waits that the rest has failed, and tries again", async () => {
    let asked = 0;
    const gate = new Gate(() => (++asked === 1 ? Promise.reject(new Error("no disk")) : undefined));
    const runs = await Promise.allSettled([gate.run(() => Promise.resolve(1)), gate.run(() => Promise.resolve(2))]);
    expect(runs.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await gate.run(() => Promise.resolve(3))).toBe(3);
  });

  it("goes on after work that fails", async () => {
    const gate = new Gate(() => undefined);
    await expect(gate.run(() => Promise.reject(new Error("bad command")))).rejects.toThrow("bad command");
    expect(await gate.run(() => Promise.resolve("next"))).toBe("next");
  });
});
