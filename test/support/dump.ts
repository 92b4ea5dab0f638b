import type { Db, Document } from "mongodb";

/** Every document of a database by collection, to compare before and after. */
export async function dumpOf(db: Db): Promise<Record<string, Document[]>> {
  const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name).sort();
  const dump: Record<string, Document[]> = {};
  for (const name of names) dump[name] = await db.collection(name).find().sort({ _id: 1 }).toArray();
  return dump;
}
