const secretParameters = /([?&](?:tlsCertificateKeyFilePassword|proxyPassword|authMechanismProperties)=)[^&]*/gi;

/**
 * A connection string as people and logs may see it: no password, no token.
 *
 * Of a malformed one rather too much is hidden than too little.
 */
export function redactUri(uri: string): string {
  const start = uri.indexOf("://") + 3;
  const end = start < 3 ? -1 : credentialsEnd(uri, start);
  if (end < 0) return uri.replaceAll(secretParameters, "$1***");
  const user = uri.slice(start, end).split(":", 1)[0] ?? "";
  const credentials = uri.slice(start, end).includes(":") ? `${user}:***` : user;
  return (uri.slice(0, start) + credentials + uri.slice(end)).replaceAll(secretParameters, "$1***");
}

/** Where `@` ends the credentials; a password with an unescaped `@`, `/` or `?` is why it may be the last one of all. */
function credentialsEnd(uri: string, start: number): number {
  const wellFormed = /^[^@/?]*@(?=[^@]*$)/.exec(uri.slice(start));
  return wellFormed ? start + wellFormed[0].length - 1 : uri.slice(start).includes("@") ? uri.lastIndexOf("@") : -1;
}

/** Hides the credentials of every connection string inside a text, such as a driver's error message. */
export function redactText(text: string): string {
  return text.replaceAll(/mongodb(?:\+srv)?:\/\/\S+/gi, (uri) => redactUri(uri));
}
