import type { RecordedToken } from "./recording.ts";

export type RecordedTokens = Readonly<Record<string, RecordedToken>>;

/** Makes the compact JWT of a recorded token. */
export type SignToken = (token: RecordedToken) => string;

const TOKEN = /\{\{token:([^}]+)\}\}/g;

/** Puts real tokens in the place of `{{token:NAME}}`. Throws a `TypeError` for a name that nothing explains. */
export function expandTokens(text: string, tokens: RecordedTokens, sign: SignToken): string {
  return text.replaceAll(TOKEN, (_, name: string) => {
    const token = tokens[name];
    if (token === undefined) throw new TypeError(`Cannot sign token "${name}": it is not recorded`);
    return sign(token);
  });
}

/** The names of the tokens that a text mentions. */
export function tokenNames(text: string): readonly string[] {
  return [...text.matchAll(TOKEN)].flatMap(([, name]) => name ?? []);
}
