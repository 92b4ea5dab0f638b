import type { Changes } from "../../db/changes.js";

/** How soon a change shows, for people. */
export function paceOf({ announced }: Changes): string {
  return announced ? "shows changes as they happen" : "looks for changes every few seconds";
}
