import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { docOf } from "../../../../src/engine/bson/types.js";
import { createKernel } from "../../../../src/engine/kernel/kernel.js";
import { keepStatements, recallStatements } from "../../../../src/engine/sessions/retries.js";
import { Session } from "../../../../src/engine/sessions/session.js";
import { openMemoryStore } from "../../../../src/engine/storage/memory-store.js";

describe("keepStatements and recallStatements", () => {
  it("remember exactly what was done, over several runs", async () => {
    const results = fc.uniqueArray(fc.tuple(fc.nat(60), fc.boolean()), { selector: ([n]) => n, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(results, fc.nat(40), async (done, cut) => {
        const kernel = createKernel(openMemoryStore());
        const session = new Session(Buffer.alloc(16, 3), "03");
        const statements = done.map(([statement, plain]) => ({
          statement,
          result: plain ? null : docOf({ n: statement }),
        }));
        for (const run of [statements.slice(0, cut), statements.slice(cut)]) {
          await kernel.write((unit) => keepStatements(unit, session, 4n, run));
        }
        const found = kernel.read((unit) => recallStatements(unit, session, 4n));
        expect(new Map(found)).toEqual(new Map(statements.map(({ statement, result }) => [statement, result])));
        await kernel.close();
      }),
      { numRuns: 60 },
    );
  });
});
