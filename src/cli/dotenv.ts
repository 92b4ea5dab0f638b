import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { WarehouseError } from "../shared/errors.js";
import type { Environment, Host } from "./host.js";

/**
 * The environment with what a `.env` file in the working directory adds; the real environment wins.
 *
 * A directory of that name (a Python habit) is no such file.
 * @throws WarehouseError `unreadable_file`
 */
export async function environmentOf(host: Pick<Host, "env" | "cwd">): Promise<Environment> {
  const file = join(host.cwd(), ".env");
  const text = await readIfThere(file);
  return text === undefined ? host.env : { ...parseEnv(text), ...host.env };
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "EISDIR") return undefined;
    throw new WarehouseError("unreadable_file", "Cannot read the .env file here: make it readable, or move it away", {
      details: { file },
      cause: error,
    });
  }
}
