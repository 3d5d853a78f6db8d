import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { createMetrics } from "#platform/metrics.ts";
import { packageRoot } from "#platform/package-root.ts";
import { parseDeprecations } from "#routing/deprecation.ts";
import { createHandoffTally } from "#routing/handoff/handoff-tally.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";

const read = (name: string): string => readFileSync(join(packageRoot(), "docs", name), "utf8");
const namesIn = (pattern: RegExp, text: string): (string | undefined)[] =>
  [...text.matchAll(pattern)].map((match) => match[1]);

test("the page on the handoff lists every outcome that is counted", async () => {
  const metrics = createMetrics({ version: "0" });
  createHandoffTally(metrics);
  const [, table = ""] = read("handoff.md").split("| outcome ");
  const told = namesIn(/^\| `([a-z-]+)`/gmu, table.slice(0, table.indexOf("\n\n")));
  expect(told).toEqual(
    namesIn(/^banyan_handoff_total\{outcome="([a-z-]+)"\}/gmu, await metrics.render()),
  );
});

test("the page on the handoff lists every route on which people talk with the assistant", () => {
  const page = read("handoff.md");
  for (const { conversation } of ROUTE_TABLE)
    expect(page).toContain(`\`${conversation ?? "chat"}\``);
});

test("the page on migration shows what its own file of deprecations gives", () => {
  const page = read("migration.md");
  const [example] = namesIn(/```json\n(\{\n {2}"chat\.thumb".*?)```/gsu, page);
  const headers = parseDeprecations(example ?? "", ROUTE_TABLE).addTo([], "chat.thumb");
  for (let at = 0; at < headers.length; at += 2) {
    expect(page).toContain(`${headers[at]}: ${headers[at + 1]}\n`);
  }
  expect(headers).toHaveLength(6);
});

test("every path that the page on migration names is there", () => {
  const [, shims = ""] = read("migration.md").split("## Compatibility shims");
  const paths = namesIn(/`((?:concerns|contracts|pam|platform|routing)\/[^`]+)`/gu, shims);
  expect(paths.length).toBeGreaterThan(10);
  for (const path of paths) {
    const root = path?.startsWith("contracts/") === true ? "." : "src";
    expect(() => readFileSync(join(packageRoot(), root, path ?? ""))).not.toThrow("ENOENT");
  }
});
