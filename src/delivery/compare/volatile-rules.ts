import type { VolatileKind } from "#contracts/recordings/volatile.ts";

/** A step of the rules' pointers, and what may follow it. */
export interface RuleNode {
  readonly children: Map<string, RuleNode>;
  kind: VolatileKind | undefined;
}

/** Rules that may still hold for what stands below a place. */
export type RuleCursor = readonly RuleNode[];

/** Which values are new in every answer of one route, compiled for walking down beside a value. */
export interface VolatileRules {
  readonly start: RuleCursor;
}

const ANY = "*";

const createNode = (): RuleNode => ({ children: new Map(), kind: undefined });

/** From JSON Pointers into the body to kinds; a step `*` is any key or index. */
export function createVolatileRules(
  table: Readonly<Record<string, VolatileKind>> = {},
): VolatileRules {
  const root = createNode();
  for (const [pointer, kind] of Object.entries(table)) {
    let node = root;
    for (const token of pointer.split("/").slice(1)) {
      const key = token.replaceAll("~1", "/").replaceAll("~0", "~");
      const next = node.children.get(key) ?? createNode();
      node.children.set(key, next);
      node = next;
    }
    node.kind = kind;
  }
  return { start: root.children.size === 0 && root.kind === undefined ? [] : [root] };
}

export function stepInto(cursor: RuleCursor, key: string | number): RuleCursor {
  if (cursor.length === 0) return cursor;
  return cursor.flatMap(({ children }) => {
    const named = children.get(String(key));
    const any = children.get(ANY);
    return [...(named === undefined ? [] : [named]), ...(any === undefined ? [] : [any])];
  });
}

export const kindAt = (cursor: RuleCursor): VolatileKind | undefined =>
  cursor.find(({ kind }) => kind !== undefined)?.kind;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What two values of one kind have in common; of a value that is not of the kind, the value itself. */
function formOfText(kind: Exclude<VolatileKind, "state">, text: string): string {
  switch (kind) {
    case "uuid":
      return UUID.test(text) ? "a UUID" : text;
    case "timestamp":
      // The fraction of a second is left out when it is zero.
      return text.replace(/(:\d\d)\.\d+/, "$1").replaceAll(/\d/g, "0");
    case "date":
    case "month-start":
    case "month-end":
      return text.replaceAll(/\d/g, "0");
    case "request-id":
      return /^[\x21-\x7e]+$/.test(text) ? "an id" : text;
    case "epoch":
    case "duration":
    case "seconds-left":
      return text.replaceAll(/\d+(?:\.\d+)?/g, "0");
    default:
      return kind satisfies never;
  }
}

/** A value with what is new in every answer taken out, for comparison with another one's. */
export function toForm(kind: VolatileKind | undefined, value: unknown): unknown {
  if (kind === undefined) return value;
  if (kind === "state") return "state";
  if (typeof value === "string") return formOfText(kind, value);
  return typeof value === "number" ? 0 : value;
}
