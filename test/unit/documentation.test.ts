import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { expect, test } from "vitest";

import { SETTING_GROUPS } from "#platform/config/settings.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** The text between two marks, without the blank lines and the padding a formatter may add. */
function section(text: string, name: string): string[] {
  const [, body = ""] =
    new RegExp(`<!-- ${name}:.*?-->\n(.*?)<!-- /${name} -->`, "su").exec(text) ?? [];
  return body
    .split("\n")
    .map((line) => line.replaceAll(/\s*\|\s*/gu, "|").replaceAll(/-{3,}/gu, "---"))
    .filter((line) => line !== "");
}

test("the README's tables of settings are those of the code", () => {
  const tables = SETTING_GROUPS.flatMap(({ title, settings }) => [
    `**${title}**`,
    "|setting|meaning|default|",
    "|---|---|---|",
    ...settings.map(({ name, meaning, defaultText }) => `|\`${name}\`|${meaning}|${defaultText}|`),
  ]);
  expect(section(read("README.md"), "settings")).toEqual(tables);
});
