import type { ProductSeed } from "./model.js";

/** What `warehouse seed` puts into an empty warehouse: the notebook's three products. */
export const sampleProducts: readonly ProductSeed[] = [
  { _id: "prod1", name: "Laptop", price: 999.99, quantity: 10 },
  { _id: "prod2", name: "Smartphone", price: 599.99, quantity: 15 },
  { _id: "prod3", name: "Headphones", price: 99.99, quantity: 30 },
];
