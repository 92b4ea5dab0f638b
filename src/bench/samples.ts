import { createWriteStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ProductSeed } from "../inventory/model.js";

const productCount = 1_000;
const perChunk = 1_000;

/** A thousand products that never run out. */
export function benchProducts(): ProductSeed[] {
  return Array.from({ length: productCount }, (_, index) => ({
    _id: productId(index),
    name: `Product ${index}`,
    price: index + 0.99,
    quantity: 1_000_000_000,
  }));
}

export const notebookOrders = 2;

/** Writes orders of the shape of the notebook's two, for what a model is told of them. */
export async function writeNotebookOrders(path: string): Promise<void> {
  const line = (index: number, quantity: number) => ({ product_id: productId(index), quantity });
  const orders = [
    { products: [line(0, 2), line(1, 1)], address: "123 Main St" },
    { products: [line(2, 3)], address: "456 Elm St" },
  ];
  await writeFile(path, JSON.stringify(orders));
}

/** Writes orders of 1 to 3 lines as NDJSON, the same for the same count; `hot` ones all take the same product. */
export async function writeOrders(path: string, count: number, hot = false): Promise<void> {
  await pipeline(Readable.from(chunks(count, hot)), createWriteStream(path));
}

function* chunks(count: number, hot: boolean): Generator<string> {
  const random = createRandom();
  for (let start = 0; start < count; start += perChunk) {
    const size = Math.min(perChunk, count - start);
    yield Array.from({ length: size }, (_, index) => orderLine(start + index, random, hot)).join("");
  }
}

function orderLine(index: number, random: (below: number) => number, hot: boolean): string {
  const products = Array.from({ length: 1 + random(3) }, () => ({
    product_id: productId(hot ? 0 : random(productCount)),
    quantity: 1 + random(3),
  }));
  return `${JSON.stringify({ products, address: `${index} Main Street, Springfield` })}\n`;
}

function productId(index: number): string {
  return `p${index}`;
}

/** A linear congruential generator, so that every bench has the same orders. Source: Park and Miller, 1988 */
function createRandom(): (below: number) => number {
  let state = 20_250_101;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}
