/** The JSON value of a text; `undefined` where it is none. */
export function readJson(text: string): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch {
    return undefined;
  }
}

/** The kind of a JSON value, with null and lists told apart from objects. */
export function toJsonType(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "list" : typeof value;
}

/** One step of a JSON Pointer (RFC 6901). */
export const toPointerToken = (key: string | number): string =>
  String(key).replaceAll("~", "~0").replaceAll("/", "~1");
