import { ServerError } from "../errors.js";

/**
 * Checks a path that names fields of documents, as sorts and projections take it.
 * @throws ServerError 40352, 40353, 15998 or 16410, as the server answers
 */
export function checkFieldPath(path: string): void {
  if (path === "") throw new ServerError(40352, "FieldPath cannot be constructed with empty string");
  if (path.endsWith(".")) throw new ServerError(40353, "FieldPath must not end with a '.'.");
  if (path.includes("\0")) throw new ServerError(16411, "FieldPath field names may not contain null bytes.");
  for (const part of path.split(".")) {
    if (part === "") throw new ServerError(15998, "FieldPath field names may not be empty strings.");
    if (part.startsWith("$")) {
      const hint = "Consider using $getField or $setField.";
      throw new ServerError(16410, `FieldPath field names may not start with '$'. ${hint}`);
    }
  }
}
