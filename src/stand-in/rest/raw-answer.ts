/** An answer ready for the wire: headers flat, in order, with their spelling. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** Where a value came from; the answer says so in `x-banyan-stand-in`. */
export type Origin =
  /** A recording of this very request. */
  | "recorded"
  /** A rule of the legacy that holds for every path: CORS, redirects, 404, 405, refused tokens, sizes. */
  | "rule"
  /** The recorded success most like the request. */
  | "nearest"
  /** Nothing is known of the route's answer. */
  | "none";

/** Gives the first header of that name another value, or adds it at the end. */
export function setHeader(
  headers: readonly string[],
  name: string,
  value: string,
): readonly string[] {
  const index = headers.findIndex((item, at) => at % 2 === 0 && item.toLowerCase() === name);
  return index === -1 ? [...headers, name, value] : headers.with(index + 1, value);
}

export function dropHeaders(
  headers: readonly string[],
  isDropped: (name: string) => boolean,
): readonly string[] {
  return headers.filter(
    (_, index) => !isDropped((headers[index - (index % 2)] ?? "").toLowerCase()),
  );
}

/** Puts headers in front of the one with that name, or at the end. */
export function insertBefore(
  headers: readonly string[],
  name: string,
  added: readonly string[],
): readonly string[] {
  const index = headers.findIndex((item, at) => at % 2 === 0 && item.toLowerCase() === name);
  return index === -1 ? [...headers, ...added] : headers.toSpliced(index, 0, ...added);
}
