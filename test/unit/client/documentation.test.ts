import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { PamClientError, validatePamContext, type PamFailure } from "#client/index.ts";
import { packageRoot } from "#platform/package-root.ts";

const text = readFileSync(join(packageRoot(), "docs/client.md"), "utf8");

/** The rows of the table between two marks, each as what stands in code in it. */
function rowsOf(name: string): readonly string[][] {
  const [, body = ""] =
    new RegExp(`<!-- ${name}:.*?-->\n(.*?)<!-- /${name} -->`, "su").exec(text) ?? [];
  const rows = body.split("\n").filter((line) => line.startsWith("| `"));
  return rows.map((row) => [...row.matchAll(/`([^`]+)`/gu)].map(([, code = ""]) => code));
}

test("every warning is in the table, and nothing else is", () => {
  const location = { latitude: 1, longitude: 1 };
  const names = Object.fromEntries(rowsOf("warnings").map(([found = ""]) => [found, 1]));
  const { warnings } = validatePamContext({ ...names, user_location: location });
  expect(rowsOf("warnings")).toEqual(warnings.map(({ path, wanted }) => [path, wanted]));
  expect(warnings).toHaveLength(10);
});

const refusal = { status: 400, errorCode: undefined, detail: "words", body: undefined };

/** One of each kind: a kind that is missing here does not compile. */
const FAILURES: { readonly [Kind in PamFailure["kind"]]: Extract<PamFailure, { kind: Kind }> } = {
  "invalid-request": { kind: "invalid-request", issues: [{ path: "message", message: "long" }] },
  "invalid-context": { kind: "invalid-context", issues: validatePamContext({}).errors },
  "no-token": { kind: "no-token" },
  unauthorized: { kind: "unauthorized", ...refusal },
  forbidden: { kind: "forbidden", ...refusal },
  "rate-limited": { kind: "rate-limited", retryAfterMs: 1, ...refusal },
  rejected: { kind: "rejected", ...refusal },
  "server-failed": { kind: "server-failed", ...refusal },
  "unreadable-answer": { kind: "unreadable-answer", status: 200 },
  unreachable: { kind: "unreachable" },
  "timed-out": { kind: "timed-out", limitMs: 1 },
  "connection-lost": { kind: "connection-lost", closeCode: undefined, reason: "" },
  "queue-full": { kind: "queue-full", limit: 16 },
  closed: { kind: "closed" },
};

test("every kind of failure is in the table, and nothing else is", () => {
  expect(rowsOf("kinds").map(([kind]) => kind)).toEqual(Object.keys(FAILURES));
});

test.each(Object.values(FAILURES))("$kind is told in a sentence without a full stop", (failure) => {
  const error = new PamClientError(failure, { mayHaveArrived: false });
  expect(error.message).toMatch(/^Cannot get an answer: [a-z-]+: .*[^.]$/u);
  expect([error.kind, error.name]).toEqual([failure.kind, "PamClientError"]);
});
