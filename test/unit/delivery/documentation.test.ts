import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { CEILING_STEPS } from "#delivery/ceiling/index.ts";
import { toDeletionVerdict } from "#delivery/census/index.ts";
import { GUARD_POLICY, GUARD_SIGNALS } from "#delivery/guard/index.ts";

const DOCS = join(import.meta.dirname, "../../../docs");

/** The cells of a table between two marks, without its head. */
function tableIn(document: string, mark: string): string[][] {
  const text = readFileSync(join(DOCS, document), "utf8");
  const body = new RegExp(`<!-- ${mark}:.*?-->(.*?)<!-- /${mark} -->`, "su").exec(text)?.[1] ?? "";
  const rows = body.split("\n").filter((line) => line.startsWith("|"));
  return rows.slice(2).map((row) => row.split("|").map((cell) => cell.trim().replaceAll("`", "")));
}

test("the guard's numbers are those of the policy", () => {
  const rows = tableIn("guard.md", "numbers").map(([, name, value]) => [name, Number(value)]);
  expect(Object.fromEntries(rows)).toEqual(GUARD_POLICY);
});

test("every signal of the guard is described", () => {
  const text = readFileSync(join(DOCS, "guard.md"), "utf8");
  expect(GUARD_SIGNALS.filter((signal) => !text.includes(`| \`${signal}\``))).toEqual([]);
});

test("the ceiling's steps are those of the code", () => {
  const rows = tableIn("ceiling.md", "steps").map(([, percent, name]) => [percent, name]);
  expect(rows).toEqual(CEILING_STEPS.map(({ percent, name }) => [`${percent} %`, name]));
});

test("the points of the checklist are those of the verdict", () => {
  const { checklist } = toDeletionVerdict({
    hasNative: true,
    census: undefined,
    sinceMs: 0,
    isSuiteGreen: true,
    isPinned: false,
    isTripped: false,
    nowMs: 0,
  });
  const rows = tableIn("census.md", "checklist").map(([, name]) => name);
  expect(rows).toEqual(checklist.map(({ name }) => name));
});
