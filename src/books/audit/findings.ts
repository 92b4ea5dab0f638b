import type { Breach, InvariantId, InvariantReport } from "../model.js";

/** How many broken ids a report names; the rest is counted. */
export const named = 100;

const titles: Readonly<Record<InvariantId, string>> = {
  I1: "No product has less than nothing in stock",
  I2: "Every product's ledger sums to its stock",
  I3: "Every order's units are taken once, and given back once if it was cancelled",
  I4: "One order per key, with the lines, address and total that came in",
  I5: "Every change of status is a legal move with its row in the history",
  I6: "Every run's report is what the database shows",
  I7: "Every run's token totals are the sums over its calls",
};

/** Collects what an audit looked at and found, in bounded memory. */
export interface Finding {
  looked(count?: number): void;
  breach(breach: Breach): void;
  report(): InvariantReport;
}

/** An empty finding for one invariant. */
function createFinding(id: InvariantId): Finding {
  const broken: Breach[] = [];
  let checked = 0;
  let omitted = 0;
  return {
    looked: (count = 1) => void (checked += count),
    breach: (breach) => {
      if (broken.length < named) broken.push(breach);
      else omitted += 1;
    },
    report: () => ({
      id,
      title: titles[id],
      ok: broken.length === 0,
      checked,
      broken,
      broken_omitted: omitted,
    }),
  };
}

/** One finding per invariant. */
export function createFindings(): Readonly<Record<InvariantId, Finding>> {
  const finding = createFinding;
  return {
    I1: finding("I1"),
    I2: finding("I2"),
    I3: finding("I3"),
    I4: finding("I4"),
    I5: finding("I5"),
    I6: finding("I6"),
    I7: finding("I7"),
  };
}

export type Findings = ReturnType<typeof createFindings>;
