import { randomBytes } from "node:crypto";

/**
 * A name for a run that sorts by time and can be typed: `20250106-101530-4f2a9c01`.
 * @param now UTC is what it shows
 */
export function newRunId(now: Date, random: Buffer = randomBytes(4)): string {
  const stamp = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  return `${stamp}-${random.toString("hex")}`;
}
