import fc from "fast-check";
import { expect, test } from "vitest";

import { createNameSieve } from "#routing/name-sieve.ts";

const TOKEN = /^[!#$%&'*+.^_`|~\w-]{1,70}$/;
const token = fc.stringMatching(TOKEN);
const toSpelling = (name: string, isUpper: readonly boolean[]): string =>
  Array.from(name, (letter, at) =>
    (isUpper[at] ?? false) ? letter.toUpperCase() : letter.toLowerCase(),
  ).join("");

test("no name of the list gets through, however it is spelled", () => {
  fc.assert(
    fc.property(fc.array(token, { minLength: 1 }), fc.array(fc.boolean()), (names, isUpper) => {
      const mayMatter = createNameSieve(
        names.map((name) => name.toLowerCase()),
        [],
      );
      for (const name of names) expect(mayMatter(toSpelling(name, isUpper))).toBe(true);
    }),
  );
});

test("no name that begins with a prefix gets through", () => {
  fc.assert(
    fc.property(token, token, fc.array(fc.boolean()), (prefix, rest, isUpper) => {
      const mayMatter = createNameSieve([], [prefix.toLowerCase()]);
      expect(mayMatter(toSpelling(prefix + rest, isUpper))).toBe(true);
    }),
  );
});

test("what has another length or another first letter gets through", () => {
  const mayMatter = createNameSieve(["connection", "te"], ["x-forwarded-"]);
  expect(["Cookie", "Authorization", "accept", "", "xy"].map(mayMatter)).toEqual([
    false,
    false,
    false,
    false,
    true,
  ]);
});
