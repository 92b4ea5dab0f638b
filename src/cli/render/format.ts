import { onceMade } from "../../shared/once-made.js";

/** Numbers below that need no separator, and those with few digits no formatter, whose making takes milliseconds. */
const THOUSAND = 1000;
const wholeNumbers = onceMade(() => new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 }));
const amounts = onceMade(() => new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 }));

/** A count with thousands separators. */
export function count(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < THOUSAND ? String(value) : wholeNumbers().format(value);
}

/** The units of an order's line; another program may have left none that can be read. */
export function units(quantity: number): string {
  return Number.isNaN(quantity) ? "?" : count(quantity);
}

/** A count with its noun: `1 order`, `2,000 orders`. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`;
}

/** A price or sum; another program may have left none. */
export function money(value: number | null | undefined): string {
  if (value === null || value === undefined) return "-";
  const plain = value.toFixed(2);
  return Math.abs(value) < THOUSAND && Number(plain) === value ? plain : amounts().format(value);
}

/** A change of stock with its sign. */
export function signed(value: number): string {
  return value > 0 ? `+${count(value)}` : count(value);
}

/** A duration that a person can take in: `41 ms`, `2.4 s`, `3 min 05 s`, `2 h 10 min`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${padded(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${count(Math.floor(minutes / 60))} h ${padded(minutes % 60)} min`;
}

/** `just now`, `5 min ago`, `3 h ago`, `2 days ago`; older ones as the date. */
export function ago(then: Date, now: Date): string {
  const seconds = Math.round((now.getTime() - then.getTime()) / 1000);
  if (seconds < 0 || seconds > 30 * 86_400) return then.toISOString().slice(0, 10);
  if (seconds < 45) return "just now";
  if (seconds < 3570) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  if (seconds < 84_600) return `${Math.round(seconds / 3600)} h ago`;
  return `${counted(Math.round(seconds / 86_400), "day")} ago`;
}

/** A moment to the second: `2025-01-06 10:15:30Z`. */
export function moment(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace("T", " ")}Z`;
}

function padded(value: number): string {
  return String(value).padStart(2, "0");
}
