import { Command } from "commander";
import type { App } from "../app.js";
import { exitCodes } from "../exit-codes.js";
import { examples } from "../options.js";
import { renderAudit } from "../render/audit.js";

export function auditCommand(app: App): Command {
  return new Command("audit")
    .description("Check that stock, ledger, orders and runs agree; exit code 4 if they do not")
    .option("--adopt", "record what other programs changed behind the ledger as adjustments")
    .addHelpText("before", examples("warehouse audit", "warehouse audit --adopt"))
    .action(async ({ adopt }: { adopt?: boolean }) => {
      const { books } = await app.desk();
      const report = await books.audit(adopt === true ? { adopt: { by: "audit" } } : {});
      await app.print(report, renderAudit);
      if (!report.ok) app.exitCode = exitCodes.auditBroken;
      const adoptable = report.invariants.some(({ broken }) => broken.some((breach) => breach.adoptable));
      if (adoptable) await app.suggest(["audit", "--adopt"]);
    });
}
