import { describe, expect, test } from "vitest";

import { agenticExecute } from "#contracts/agentic/agentic.contract.ts";
import { analyticsLogsExport } from "#contracts/analytics/logs-search.contract.ts";
import { answerFaults } from "#contracts/answer-faults.ts";
import { cacheInvalidate } from "#contracts/cache/cache.contract.ts";
import type { RouteContract } from "#contracts/contract.ts";
import { ttsVoiceOptions } from "#contracts/tts/voice.contract.ts";

const JSON_TYPE = { "content-type": "application/json" } as const;

interface Given {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const faults = (
  contract: RouteContract,
  { status, body, headers = JSON_TYPE }: Given,
): readonly string[] =>
  answerFaults(contract, { status, header: (name) => headers[name], body: Buffer.from(body) });

const fine = {
  success: true,
  invalidated_count: 3,
  invalidation_params: { pattern: null, user_id: "u", message_pattern: null },
  timestamp: "2026-11-22T21:28:21.967557",
};

const ofBody = (body: unknown): readonly string[] =>
  faults(cacheInvalidate, { status: 200, body: JSON.stringify(body) });

test("an answer of the contract has nothing against it", () => {
  expect(ofBody(fine)).toEqual([]);
});

describe("a body has something against it where", () => {
  const { timestamp, ...withoutTimestamp } = fine;

  test.each([
    ["a key is missing", withoutTimestamp],
    ["a key is too many", { ...fine, extra: 1 }],
    ["a type is another", { ...fine, invalidated_count: "3" }],
    ["a number has a fraction", { ...fine, invalidated_count: 3.5 }],
    ["a value may not be null", { ...fine, timestamp: null }],
    ["a time has a zone", { ...fine, timestamp: `${timestamp}Z` }],
    ["a constant is another", { ...fine, success: false }],
    ["a key stands elsewhere", { timestamp, ...withoutTimestamp }],
    [
      "a key within stands elsewhere",
      {
        ...fine,
        invalidation_params: { user_id: null, pattern: null, message_pattern: null },
      },
    ],
    ["it is another kind of value", [fine]],
  ])("%s", (_, body) => {
    expect(ofBody(body)).not.toEqual([]);
  });

  test("it is no JSON", () => {
    expect(faults(cacheInvalidate, { status: 200, body: "<html>" })).not.toEqual([]);
  });

  test("there should be none", () => {
    expect(faults(ttsVoiceOptions, { status: 200, body: "", headers: {} })).toEqual([]);
    expect(faults(ttsVoiceOptions, { status: 200, body: "x", headers: {} })).toEqual([
      "a body of 1 bytes where none belongs",
    ]);
  });
});

describe("the head of an answer counts", () => {
  test("a status that the contract does not name is a fault", () => {
    expect(faults(cacheInvalidate, { status: 418, body: "{}" })).toEqual([
      "status 418 is not in the contract",
    ]);
  });

  test("a content type with a charset is another one", () => {
    const headers = { "content-type": "application/json; charset=utf-8" };
    expect(
      faults(cacheInvalidate, { status: 200, body: JSON.stringify(fine), headers }),
    ).toHaveLength(1);
  });

  test("a 401 names its scheme", () => {
    const body = '{"detail":"Authorization header missing"}';
    const headers = { ...JSON_TYPE, "www-authenticate": "Bearer" };
    expect(faults(agenticExecute, { status: 401, body, headers })).toEqual([]);
    expect(faults(agenticExecute, { status: 401, body })).toEqual([
      "header www-authenticate: undefined",
    ]);
  });
});

test("of several answers the one that fits best is held against it", () => {
  const headers = {
    "content-type": "text/csv; charset=utf-8",
    "content-disposition": "attachment; filename=pam_logs_export_20261122_212820.json",
  };
  expect(faults(analyticsLogsExport, { status: 200, body: "level,logger\r\n", headers })).toEqual([
    "header content-disposition: attachment; filename=pam_logs_export_20261122_212820.json",
  ]);
});

test("what the filters answer is in every contract", () => {
  const body = JSON.stringify({
    error: "Security Violation",
    message: "Request blocked by Web Application Firewall",
    violation_id: "sql_injection_or_1_1",
    request_id: "req_1795382967197_139839107432272",
  });
  expect(faults(agenticExecute, { status: 403, body })).toEqual([]);
});
