import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { describe, expect, test } from "vitest";
import { z } from "zod";

import { NATIVE_ROUTE_IDS } from "#concerns/index.ts";
import { RATE_LIMITS } from "#pam/rate-limits/index.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** The rows of the table between two marks, as lists of cells, without the padding that a formatter adds. */
function rowsOf(text: string, name: string): readonly (readonly string[])[] {
  const [, body = ""] =
    new RegExp(`<!-- ${name}:.*?-->\n(.*?)<!-- /${name} -->`, "su").exec(text) ?? [];
  const lines = body.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const deviationSchema = z.object({
  id: z.string(),
  routes: z.union([z.literal("*"), z.array(z.string())]),
  native: z.string(),
});

const deviations = globSync("contracts/deviations/*.json", { cwd: ROOT })
  .toSorted()
  .map((file) => deviationSchema.parse(JSON.parse(read(file))));

const PAGES = ["agentic", "analytics", "cache", "chat", "security", "tts"] as const;

describe.each(PAGES)("the page of %s", (concern) => {
  const page = read(`docs/${concern}.md`);

  test("lists the routes that have a native side, and no other", () => {
    const expected = ROUTE_TABLE.filter(
      ({ id }) => id.startsWith(`${concern}.`) && NATIVE_ROUTE_IDS.has(id),
    ).map(({ id, method, path }) => [
      `\`${id}\``,
      `\`${method} ${path.replace("/api/v1/pam", "…")}\``,
    ]);
    expect(rowsOf(page, "routes").map(([id, request]) => [id, request])).toEqual(expected);
  });

  test("lists the deviations that are decided, in their own words", () => {
    const expected = deviations
      .filter(
        ({ routes }) => routes !== "*" && routes.some((route) => route.startsWith(`${concern}.`)),
      )
      .map(({ id, native }) => [`[\`${id}\`](../contracts/deviations/${id}.json)`, native]);
    expect(expected.length).toBeGreaterThan(0);
    expect(rowsOf(page, "deviations")).toEqual(expected);
  });
});

test("the page of security has the limits of the code", () => {
  const expected = Object.entries(RATE_LIMITS).map(([name, { maxRequests, windowSeconds }]) => [
    `\`${name}\``,
    String(maxRequests),
    String(windowSeconds),
  ]);
  expect(rowsOf(read("docs/security.md"), "limits")).toEqual(expected);
});
