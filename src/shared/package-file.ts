/** The place of a file of this package: run from source, from the build and from the bundle, this is two levels down. */
export function packageFile(path: string): URL {
  return new URL(`../../${path}`, import.meta.url);
}
