import { Command } from "commander";
import type { Check } from "../../shared/checks.js";
import type { App, ModelOptions } from "../app.js";
import { exitCodes } from "../exit-codes.js";
import { examples } from "../options.js";
import { type Diagnosis, renderDiagnosis } from "../render/doctor.js";
import { given } from "../settings.js";

interface DoctorOptions extends ModelOptions {
  readonly role?: boolean;
}

/** A server that loads its model first may need some of it. */
const patienceMs = 30_000;

export function doctorCommand(app: App): Command {
  return new Command("doctor")
    .description("Check what the program needs, each with its fix; changes nothing; exit code 5 if it cannot work")
    .option("--model <provider/name>", "check a model too (env: WAREHOUSE_MODEL)")
    .option("--base-url <url>", "an OpenAI-compatible server (env: OPENAI_BASE_URL)")
    .option("--role", "print a script for mongosh that makes a role of the least rights, and check nothing")
    .addHelpText("before", examples("warehouse doctor", "warehouse doctor --model openai/gpt-4o-mini"))
    .action((options: DoctorOptions) => (options.role === true ? printRole(app) : examine(app, options)));
}

async function printRole(app: App): Promise<void> {
  const { neededPrivileges, roleScript } = await import("../../db/rights.js");
  const { dbName } = app.databaseSettings;
  await app.print({ privileges: neededPrivileges(dbName), script: roleScript(dbName) }, ({ script }) => script);
}

async function examine(app: App, options: DoctorOptions): Promise<void> {
  const { diagnoseDatabase } = await import("../../db/diagnose.js");
  const checks = [nodeCheck(), ...(await diagnoseDatabase(app.databaseSettings)), ...(await modelChecks(app, options))];
  const diagnosis: Diagnosis = { ok: checks.every(({ status }) => status !== "failed"), checks };
  await app.print(diagnosis, renderDiagnosis);
  if (!diagnosis.ok) app.exitCode = exitCodes.unavailable;
}

/** `engines` of package.json. */
function nodeCheck(version = process.versions.node): Check {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const what = "Node.js";
  if (major > 20 || (major === 20 && minor >= 19)) return { what, status: "ok", found: version };
  return { what, status: "failed", found: version, fix: "install Node.js 20.19 or newer" };
}

async function modelChecks(app: App, { model, baseUrl }: DoctorOptions): Promise<Check[]> {
  const name = model ?? given(app.env["WAREHOUSE_MODEL"]);
  if (name === undefined) return [];
  const { probeModel } = await import("../../planner/probe.js");
  await app.out.note(`Asking ${name}; waiting for up to ${patienceMs / 1000} s`);
  return probeModel({ model: name, baseUrl, env: app.env, clock: app.clock, timeoutMs: patienceMs });
}
