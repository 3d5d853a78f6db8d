import { globSync } from "node:fs";
import { resolve } from "node:path";

import { expect, test } from "vitest";

import { importsOf } from "#support/import-reach.ts";

const ROOT = resolve(import.meta.dirname, "../../..");

/** The room of PAM that a path stands in; "" for PAM's own files, which compose the rooms, and for all else. */
const roomOf = (path: string): string => /^src\/pam\/([^/]+)\//u.exec(path)?.[1] ?? "";

test("the rooms of PAM are strangers to each other, but for types", () => {
  const files = globSync("src/pam/*/**/*.ts", { cwd: ROOT });
  expect(files.length).toBeGreaterThan(100);
  const arrows = files.flatMap((from) => importsOf(from).map((to) => ({ from, to })));
  expect(arrows.filter(({ from, to }) => roomOf(to) !== "" && roomOf(to) !== roomOf(from))).toEqual(
    [],
  );
});
