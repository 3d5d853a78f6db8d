/** A request as the stand-in looks at it, whether it came over a socket or out of a recording. */
export interface LegacyRequest {
  readonly method: string;
  /** As it came: path and query, not decoded. */
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

export function headerOf(headers: readonly string[], name: string): string | undefined {
  for (let index = 0; index + 1 < headers.length; index += 2) {
    if (headers[index]?.toLowerCase() === name) return headers[index + 1];
  }
  return undefined;
}

/**
 * The decoded path of a target, as the legacy's server hands it to its router: a bad escape stays as it
 * is, `%2F` is a slash, bytes that are no UTF-8 become U+FFFD.
 */
export function pathOf(target: string): string {
  const path = target.split("?", 1)[0] ?? "";
  return path.replaceAll(/(?:%[0-9a-f]{2})+/giu, (escapes) =>
    Buffer.from(escapes.replaceAll("%", ""), "hex").toString("utf8"),
  );
}

/** The query without its question mark, not decoded. */
export function queryOf(target: string): string {
  const at = target.indexOf("?");
  return at === -1 ? "" : target.slice(at + 1);
}

/** Query parameters by name; of repeated ones the last, as Starlette reads them. */
export function parametersOf(target: string): ReadonlyMap<string, string> {
  return new Map(new URLSearchParams(queryOf(target)));
}
