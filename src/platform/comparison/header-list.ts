/** They belong to a connection or to the moment, and say nothing of the answer. */
const TRANSPORT: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "date",
  "keep-alive",
  "transfer-encoding",
]);

/** What Banyan and the networks in front of a live legacy add to any answer. */
const ADDED_ON_THE_WAY =
  /^(?:x-banyan-.*|via|alt-svc|cf-.*|x-render-.*|rndr-id|age|server-timing)$/;

/** `name` in lower case. */
export const isOfTransport = (name: string): boolean => TRANSPORT.has(name);

/** `name` in lower case. */
export const isAddedOnTheWay = (name: string): boolean => ADDED_ON_THE_WAY.test(name);

/** The values of each header of a flat list (name, value, name, …), by name in lower case. */
export function groupHeaders(flat: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (let at = 0; at < flat.length; at += 2) {
    const name = (flat[at] ?? "").toLowerCase();
    const values = groups.get(name);
    if (values === undefined) groups.set(name, [flat[at + 1] ?? ""]);
    else values.push(flat[at + 1] ?? "");
  }
  return groups;
}
