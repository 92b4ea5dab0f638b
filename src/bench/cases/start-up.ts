import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FigureName, Sample } from "../model.js";
import { systemClock as clock } from "../../shared/clock.js";
import { packageFile } from "../../shared/package-file.js";

const bin = fileURLToPath(packageFile("bin/warehouse.js"));

/** The notebook's two orders. */
const twoOrders = [
  {
    products: [
      { product_id: "prod1", quantity: 2 },
      { product_id: "prod2", quantity: 1 },
    ],
    address: "123 Main St",
  },
  { products: [{ product_id: "prod3", quantity: 5 }], address: "456 Elm St" },
];

/**
 * Whole commands on an embedded database, each in turn.
 * @param directory for its files
 */
export async function measureStartUp(directory: string, rounds: number): Promise<Sample[]> {
  const dataDir = join(directory, "start-up");
  const file = join(directory, "two-orders.json");
  await writeFile(file, JSON.stringify(twoOrders));
  const products = join(directory, "two-products.json");
  await writeFile(products, JSON.stringify(["prod1", "prod2", "prod3"].map(plentyOf)));
  const here = ["--data-dir", dataDir];
  await timeOf([bin, "seed", "--file", products, ...here]);
  const commands: readonly (readonly [FigureName, readonly string[]])[] = [
    ["node", ["-e", "0"]],
    ["version", [bin, "--version"]],
    ["stock", [bin, "stock", ...here]],
    ["process_two", [bin, "process", file, "--again", ...here]],
  ];
  const samples: Sample[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, args] of commands) samples.push({ name, value: await timeOf(args) });
  }
  return samples;
}

function plentyOf(_id: string): object {
  return { _id, name: _id, price: 9.99, quantity: 1_000_000 };
}

/**
 * Without what may be set to slow down or change every Node of a machine, such as certificates to read or modules to
 * load first, which would flatter the comparison with a Node that does nothing.
 */
export function plainEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(NODE|SSL|WAREHOUSE)_|^MONGODB_URI$/.test(name)));
}

/** @throws Error when the command fails */
function timeOf(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = clock.elapsedMs();
    const env = plainEnvironment(process.env);
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"], env });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(clock.elapsedMs() - start);
      else reject(new Error(`node ${args.join(" ")} ended with code ${String(code)}`));
    });
  });
}
