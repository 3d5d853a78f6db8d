import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { expect, test } from "vitest";

import { CORE_TOOLS } from "#pam/tools/core-tools.ts";

const ROOT = resolve(import.meta.dirname, "../../../..");
const text = readFileSync(join(ROOT, "docs/tools.md"), "utf8");

/** The cells of each row that is about a tool. */
const documented = text
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .filter(
    ([, name = "", state = ""]) => /^`\w+`$/u.test(name) && /^(?:works|in part)$/u.test(state),
  )
  .map(([, name = "", , access, , needs]) => [name.replaceAll("`", ""), access, needs]);

test("the page on tools lists every tool once, in order, with its access and needs", () => {
  expect(documented).toEqual(
    CORE_TOOLS.map(({ name, access, needs }) => [
      name,
      access,
      needs.length === 0 ? "–" : needs.map((need) => `\`${need}\``).join(", "),
    ]),
  );
});
