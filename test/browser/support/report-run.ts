import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunReport } from "../../../src/graph/report.js";
import { openCliStore } from "../../support/cli-store.js";

/** What would run, load or break out of its place if any text of it were taken for markup. */
export const hostile = `</script></style><img src="http://127.0.0.1:9/x.png" onerror="window.broken = true"><script>window.broken = true</script>"'`;

const wall = "Llanfairpwllgwyngyll".repeat(20);

/** Six orders: three shipped, one of them delivered since, two short and one of an unknown product. */
const orders = [
  { products: [{ product_id: "prod1", quantity: 2 }], address: "123 Main St\nSpringfield" },
  { products: [{ product_id: "prod3", quantity: 3 }], address: "456 Elm St", order_id: "A-1001" },
  { products: [{ product_id: "prod3", quantity: 1 }], address: `${hostile} ${wall}`, order_id: `${hostile}7` },
  { products: [{ product_id: "prod1", quantity: 11 }], address: "7 Elm St" },
  { products: [{ product_id: "prod1", quantity: 12 }], address: "8 Oak St" },
  { products: [{ product_id: hostile, quantity: 1 }], address: "9 Oak St" },
];

const products = [
  { _id: "prod1", name: "Laptop", price: 999.99, quantity: 10 },
  { _id: "prod3", name: hostile, price: 99.99, quantity: 4 },
];

/** The page that the program writes of a run over a real store, with hostile text in every place that a file can fill. */
export async function writtenPage(): Promise<string> {
  const store = await openCliStore();
  try {
    await store.json("seed", "--file", await store.file("products.json", products));
    const { stdout } = await store.run(["process", await store.file("orders.json", orders), "--json"]);
    const report = JSON.parse(stdout) as RunReport;
    await store.json("deliver", report.orders?.[0]?.order_id ?? "");
    await store.run(["report", report.run ?? "", "--html", "report.html"]);
    return await readFile(join(store.directory, "report.html"), "utf8");
  } finally {
    await store.close();
  }
}
