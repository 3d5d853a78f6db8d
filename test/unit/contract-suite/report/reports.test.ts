import { cpSync, mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import type { Case } from "#contract-suite/cases/case.ts";
import { contractDigest } from "#contract-suite/report/contract-digest.ts";
import { toEvidence } from "#contract-suite/report/evidence.ts";
import { toJunitReport } from "#contract-suite/report/junit.ts";
import { toPrettyReport } from "#contract-suite/report/pretty.ts";
import { isGreen, type Verdict } from "#contract-suite/report/verdict.ts";

const given: Case = {
  id: "chat/happy",
  title: 'A title with <tags> & "quotes"',
  route: "chat.send",
  concern: "chat",
  tags: new Set(["full"]),
  needs: [],
  skip: undefined,
  sides: ["legacy", "native"],
  isAlone: false,
  place: "recordings/http",
  steps: [],
};

const trace = {
  kind: "exchange",
  request: {
    method: "POST",
    target: "/api/v1/pam/chat?token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
    headers: ["Authorization", "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"],
    body: Buffer.from('{"message":"Hi"}'),
  },
  answer: { status: 500, headers: [], body: Buffer.from("\u0000<b>") },
} as const;

const verdict: Verdict = {
  target: "http://127.0.0.1:1/",
  against: undefined,
  proposals: [],
  side: "native",
  build: "v0.1.0",
  contractDigest: "0123456789abcdef",
  startedAt: "2030-01-01T00:00:00.000Z",
  durationMs: 1234,
  results: [
    {
      case: given,
      differences: [{ path: "/status", kind: "status", expected: "200", got: "500" }],
      deviations: [],
      traces: [trace],
      durationMs: 5,
    },
    {
      case: { ...given, id: "chat/other" },
      differences: [],
      deviations: ["server-identity"],
      traces: [],
      durationMs: 5,
    },
  ],
  skipped: [{ case: { ...given, id: "chat/third" }, reason: "It needs a fixture" }],
  unexercised: [],
  coverage: undefined,
};

test("a person sees request, answer, expected, got and path, and figures in the last line", () => {
  const report = toPrettyReport(verdict);
  for (const part of [
    "> POST /api/v1/pam/chat",
    "< 500",
    "/status (status)",
    "expected  200",
    "got       500",
  ]) {
    expect(report).toContain(part);
  }
  expect(report).toContain("1 case skipped: It needs a fixture");
  expect(report.trimEnd().split("\n").at(-1)).toMatch(/^1 cases hold, 1 differ, 1 skipped, /);
});

test("no report holds a token", () => {
  for (const report of [toPrettyReport(verdict), toJunitReport(verdict)]) {
    expect(report).not.toContain("eyJ");
  }
});

test("JUnit counts and escapes", () => {
  const report = toJunitReport(verdict);
  expect(report).toContain('<testsuite name="chat" tests="3" failures="1" errors="0" skipped="1"');
  expect(report).toContain("A title with &lt;tags&gt; &amp; &quot;quotes&quot;");
  expect(report).not.toContain("\u0000");
});

test("evidence says for each route what passed, failed and deviated", () => {
  expect(toEvidence(verdict)).toMatchObject({
    holds: false,
    totals: { pass: 1, fail: 1, skipped: 1 },
    routes: [{ route: "chat.send", pass: 1, fail: 1, skipped: 1, deviations: ["server-identity"] }],
  });
});

test.each([
  ["an unexercised deviation", { unexercised: ["x"] }],
  ["something uncovered", { coverage: { total: 2, covered: 1, missing: ["x"], idleReasons: [] } }],
])("%s makes a run red although every case holds", (_, changes) => {
  const results = verdict.results.slice(1);
  expect(isGreen({ ...verdict, results })).toBe(true);
  expect(isGreen({ ...verdict, results, ...changes })).toBe(false);
});

test("the digest changes when any contract file does", () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "banyan-"));
  cpSync(join(import.meta.dirname, "../../../../contracts/chat"), folder.path, { recursive: true });
  const before = contractDigest(folder.path);
  expect(contractDigest(folder.path)).toBe(before);
  writeFileSync(join(folder.path, "new.json"), "{}");
  expect(contractDigest(folder.path)).not.toBe(before);
});
