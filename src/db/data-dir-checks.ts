import { constants, existsSync } from "node:fs";
import { access, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Check } from "../shared/checks.js";

const otherDirectory = "name another directory with --data-dir or WAREHOUSE_DATA_DIR";
const mebibyte = 1024 * 1024;

/** Whether the embedded engine has been used over this directory. */
export function hasData(dataDir: string): boolean {
  return existsSync(join(dataDir, "data.mdb"));
}

/** Looks at the directory, or where it would be made, without making it. */
export async function dataDirChecks(dataDir: string): Promise<Check[]> {
  const nearest = nearestExisting(dataDir);
  return [await writableCheck(dataDir, nearest), await diskCheck(nearest)];
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}

async function writableCheck(dataDir: string, nearest: string): Promise<Check> {
  const what = "Data directory";
  const fix = `give yourself the right to write there (chown, chmod), or ${otherDirectory}`;
  if (!(await stat(nearest)).isDirectory())
    return { what, status: "failed", found: `${nearest} is a file, not a directory`, fix: otherDirectory };
  try {
    await access(nearest, constants.W_OK | constants.X_OK);
    const state = hasData(dataDir) ? "holds a database" : "still empty, is set up at first use";
    return { what, status: "ok", found: `${dataDir} can be written and ${state}` };
  } catch {
    return { what, status: "failed", found: `${nearest} cannot be written`, fix };
  }
}

async function diskCheck(nearest: string): Promise<Check> {
  const { bavail, bsize } = await statfs(nearest);
  const free = Math.floor((bavail * bsize) / mebibyte);
  const status = free < 16 ? "failed" : free < 512 ? "warning" : "ok";
  const found = `${free.toLocaleString("en-US")} MiB free`;
  return { what: "Disk", status, found, ...(status !== "ok" && { fix: `free some space, or ${otherDirectory}` }) };
}
