import { toPointerToken } from "#platform/comparison/index.ts";

/** Where a value stands. Paths are spelled out only where something differs. */
export interface Place {
  readonly key: string | number;
  readonly parent: Place | undefined;
  readonly depth: number;
}

const MAX_KEY = 40;
const MAX_PATH = 240;
/** Keys that name one thing among many: a UUID, a number, a date, a long hexadecimal digest. */
const IDENTIFIER = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d[\d.:TZ-]*|[0-9a-f]{16,})$/i;

export const rootPlace = (key: string): Place => ({ key, parent: undefined, depth: 0 });

export const within = (parent: Place, key: string | number): Place => ({
  key,
  parent,
  depth: parent.depth + 1,
});

/** Keys from the root on. */
export function keysOf(place: Place): readonly (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at: Place | undefined = place; at !== undefined; at = at.parent) keys.push(at.key);
  return keys.toReversed();
}

const cut = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 1)}…`;

function join(tokens: readonly string[]): string {
  return cut(tokens.map((token) => `/${token}`).join(""), MAX_PATH);
}

export interface Spelling {
  readonly path: string;
  readonly field: string;
}

const isOpen = (key: string | number): boolean => typeof key === "number" || IDENTIFIER.test(key);

/** `cleanKey` takes out what a key may tell of a person. */
export function spell(place: Place, cleanKey: (key: string) => string): Spelling {
  const keys = keysOf(place);
  const token = (key: string | number): string =>
    typeof key === "number" ? String(key) : toPointerToken(cut(cleanKey(cut(key, 256)), MAX_KEY));
  return {
    path: join(keys.map(token)),
    field: join(keys.map((key) => (isOpen(key) ? "*" : token(key)))),
  };
}
