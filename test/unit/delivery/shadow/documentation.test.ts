import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { DEFAULT_SHADOW_LIMITS, DROP_REASONS } from "#delivery/shadow/index.ts";
import { packageRoot } from "#platform/package-root.ts";

const text = readFileSync(join(packageRoot(), "docs/shadow.md"), "utf8");

/** The first cells of a table's rows, without its head. */
function cells(section: string, count: number): readonly (readonly string[])[] {
  const [, table = ""] =
    new RegExp(`<!-- ${section}:[^]*?-->([^]*?)<!-- /${section} -->`).exec(text) ?? [];
  const rows = table.split("\n").filter((line) => line.startsWith("| `"));
  return rows.map((row) =>
    row
      .split("|")
      .slice(1, count + 1)
      .map((cell) => cell.trim().replaceAll("`", "")),
  );
}

test("the page names every limit with its default, in their order", () => {
  const limits = Object.entries(DEFAULT_SHADOW_LIMITS).map(([name, value]) => [name, `${value}`]);
  expect(cells("limits", 2)).toEqual(limits);
});

test("the page names every reason for which something is dropped", () => {
  expect(cells("drops", 1).flat()).toEqual([...DROP_REASONS]);
});
