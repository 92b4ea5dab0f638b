/** Makes something when it is first asked for, and then has it. */
export function onceMade<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
