import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { KNOWN_FLAGS } from "#cli/known-flags.ts";
import { packageRoot } from "#platform/package-root.ts";

const read = (path: string): string => readFileSync(join(packageRoot(), path), "utf8");

test("every flag that the README names is known", () => {
  const table = /## Flags\n(.*?)\n## /su.exec(read("README.md"))?.[1] ?? "";
  const named = [...table.matchAll(/`(pam\.[a-z.-]+)`/gu)].map(([, name = ""]) => name);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !KNOWN_FLAGS.has(name))).toEqual([]);
});

test("every flag that is asked for by name is known", () => {
  const asked = globSync("src/**/*.ts", { cwd: packageRoot() })
    .flatMap((path) => [...read(path).matchAll(/"(pam\.[a-z-]+(?:\.[a-z-]+)?)"/gu)])
    .map(([, name = ""]) => name);
  expect(asked.length).toBeGreaterThan(5);
  expect(asked.filter((name) => !KNOWN_FLAGS.has(name))).toEqual([]);
});

test("a concern's shadow and a tool have their flags, and a slip has none", () => {
  expect(KNOWN_FLAGS.has("pam.analytics.shadow")).toBe(true);
  expect(KNOWN_FLAGS.has("pam.tools.plan_trip")).toBe(true);
  expect(KNOWN_FLAGS.has("pam.anlytics")).toBe(false);
});
