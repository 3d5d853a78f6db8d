import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { expect, test } from "vitest";

import { MODELS } from "#pam/providers/models.ts";
import { FAILURE_RULES, PROVIDER_POLICY, STATUS_KINDS } from "#pam/retry-policy.ts";

const text = readFileSync(resolve(import.meta.dirname, "../../../../docs/providers.md"), "utf8");

/** The cells of the rows between two marks, without head and rule. */
function rowsOf(name: string): string[][] {
  const [, body = ""] =
    new RegExp(`<!-- ${name}:.*?-->\n(.*?)<!-- /${name} -->`, "su").exec(text) ?? [];
  return body
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

function flatten(values: object, prefix = ""): string[][] {
  return Object.entries(values).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "object" && value !== null
      ? flatten(value, `${prefix}${key}.`)
      : [[`\`${prefix}${key}\``, String(value)]],
  );
}

test("every number of the policy is in its table, as it is", () => {
  expect(rowsOf("numbers").map((row) => row.slice(0, 2))).toEqual(flatten(PROVIDER_POLICY));
});

const yes = (value: boolean): string => (value ? "yes" : "no");
const REST: Readonly<Record<string, string>> = {
  "server-error": "other 5xx",
  "bad-request": "other 4xx",
};

test("every kind of failure is in its table, with what happens after it", () => {
  const expected = Object.entries(FAILURE_RULES).map(([kind, rule]) => {
    const statuses = Object.entries(STATUS_KINDS).filter(([, named]) => named === kind);
    const named = statuses.map(([status]) => status).join(", ");
    return [
      `\`${kind}\``,
      REST[kind] ?? (named === "" ? "–" : named),
      yes(rule.isRetried),
      yes(rule.fallsBack),
      String(rule.breakerWeight),
    ];
  });
  expect(rowsOf("failures")).toEqual(expected);
});

test("every model is in its table", () => {
  expect(rowsOf("models")).toEqual(
    MODELS.map(({ provider, model, size, contextTokens, usdPerMillionTokens: price }) => [
      `\`${provider}\``,
      `\`${model}\``,
      size,
      String(contextTokens),
      `${price.input} / ${price.output}`,
    ]),
  );
});
