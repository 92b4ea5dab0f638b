import type { Actor } from "../../db/collections.js";
import type { Database } from "../../db/database.js";
import type { Clock } from "../../shared/clock.js";
import type { AuditReport } from "../model.js";
import { type Adopter, createAdopter } from "./adopt.js";
import { createFindings, type Findings } from "./findings.js";
import { auditOrders } from "./orders.js";
import { auditRuns, finishedRuns } from "./runs.js";
import { auditLedger, auditQuantities } from "./stock.js";

export interface AuditContext {
  readonly database: Database;
  readonly findings: Findings;
  /** With one, what can be settled is settled as it is found. */
  readonly adopter?: Adopter;
}

/**
 * Computes the invariants I1 to I7 of DESIGN.md section 2, beside whatever else goes on.
 *
 * Orders are settled before the ledger is summed: a foreign shipment then explains its products' drift, and
 * only what nothing explains becomes an adjustment.
 * @param adopt settle first what other programs changed behind the ledger, in this name, then audit
 */
export async function auditBooks(database: Database, clock: Clock, adopt?: Actor): Promise<AuditReport> {
  if (adopt === undefined)
    return { ...(await auditOnce({ database, findings: createFindings() })), adopted: [], adopted_omitted: 0 };
  const adopter = createAdopter(database, clock, adopt);
  await auditOnce({ database, findings: createFindings(), adopter });
  return { ...(await auditOnce({ database, findings: createFindings() })), ...adopter.records() };
}

async function auditOnce(context: AuditContext): Promise<Pick<AuditReport, "ok" | "invariants">> {
  const finished = await finishedRuns(context);
  const deeds = await auditOrders(context);
  await auditQuantities(context);
  await auditLedger(context);
  await auditRuns(context, finished, deeds);
  const invariants = Object.values(context.findings).map((finding) => finding.report());
  return { ok: invariants.every(({ ok }) => ok), invariants };
}
