import type { ModelCall } from "../planner/planner.js";
import type { WarehouseError } from "../shared/errors.js";

/** What a planner answers, as far as it matters here. */
interface PlannerAnswer {
  readonly modelCalls?: readonly ModelCall[];
}

/**
 * The start of a run, up to its first write: the last moment at which it can still end as if it had never begun.
 *
 * That is how a run ends whose model cannot be used at all. It costs no request: planners are asked before anything
 * is written anyway.
 */
export interface Opening {
  /**
   * To be called before every write: records the run, once.
   * @throws WarehouseError what made the run hopeless, if a planner of another batch found that first
   */
  begin(): Promise<void>;
  readonly begun: boolean;
  /** Asks the planner, keeping account of what is open and whether a model has answered. */
  ask<T extends PlannerAnswer>(ask: () => T | Promise<T>): Promise<T>;
  /**
   * To be called when the planner failed. Batches ask at the same time, so those that are still asking are waited for.
   * @throws WarehouseError `error`, if no model has answered and nothing was written: the run is hopeless then
   */
  requireHope(error: WarehouseError): Promise<void>;
}

/** @param record writes the run's record */
export function createOpening(record: () => Promise<void>): Opening {
  const open = new Set<Promise<void>>();
  let answered = false;
  let recorded: Promise<void> | undefined;
  let hopeless: WarehouseError | undefined;
  const hasHope = (): boolean => answered || recorded !== undefined;
  return {
    async begin() {
      if (hopeless !== undefined) throw hopeless;
      await (recorded ??= record());
    },
    get begun() {
      return recorded !== undefined;
    },
    async ask(ask) {
      if (hopeless !== undefined) throw hopeless;
      const asking = Promise.resolve().then(ask);
      const noted: Promise<void> = Promise.allSettled([asking]).then(([result]) => {
        open.delete(noted);
        answered ||= result.status === "fulfilled" && (result.value.modelCalls ?? []).length > 0;
      });
      open.add(noted);
      return asking;
    },
    async requireHope(error) {
      while (!hasHope() && open.size > 0) await Promise.race(open);
      if (hasHope()) return;
      hopeless ??= error;
      throw hopeless;
    },
  };
}
