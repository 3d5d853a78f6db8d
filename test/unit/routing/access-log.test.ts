import * as fc from "fast-check";
import { expect, test } from "vitest";

import { createLogger } from "#platform/logger.ts";
import { createAccessLog, toLoggablePath } from "#routing/access-log.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import { exchangeRecord } from "#support/exchange-record.ts";
import { createManualClock } from "#support/manual-clock.ts";

function setUp(perSecond = 1000) {
  const lines: string[] = [];
  const logger = createLogger({ level: "info", write: (line) => void lines.push(line) });
  const parsed = (): unknown[] => lines.map((line): unknown => JSON.parse(line));
  const clock = createManualClock();
  return { log: createAccessLog({ logger, clock, perSecond }), clock, lines, parsed };
}

test("a request is one line with who, where, why and how long", () => {
  const { log, lines, parsed } = setUp();
  log.requestStarted();
  log.requestEnded(exchangeRecord());
  expect(lines).toHaveLength(1);
  expect(parsed()).toEqual([
    {
      level: "info",
      time: expect.any(String),
      message: "Request answered",
      requestId: "request-1",
      traceId: "0af7651916cd43dd8448eb211c80319c",
      method: "GET",
      path: "/api/v1/pam/health",
      route: "chat.health",
      concern: "chat",
      side: "legacy",
      reason: "concern-flag",
      flag: "pam.chat",
      cohort: "9f86d081884c",
      status: 200,
      decideMs: 0.042,
      connectMs: 0.2,
      firstByteMs: 11.5,
      totalMs: 12.346,
      bytesIn: 0,
      bytesOut: 42,
    },
  ]);
});

test("a failure is a warning with its code", () => {
  const { log, parsed } = setUp();
  log.requestEnded(exchangeRecord({ status: 502, errorCode: "UPSTREAM_UNREACHABLE" }));
  expect(parsed()).toEqual([
    expect.objectContaining({
      level: "warn",
      message: "Request failed",
      status: 502,
      errorCode: "UPSTREAM_UNREACHABLE",
    }),
  ]);
});

test("a socket is one line when it opens and one when it closes", () => {
  const { log, parsed } = setUp();
  const record = exchangeRecord({ status: 101 });
  log.requestEnded(record);
  log.socketOpened(record);
  log.socketClosed(record, { code: 1001, initiator: "client", bytesIn: 7, bytesOut: 9 });
  expect(parsed()).toEqual([
    expect.objectContaining({ message: "Socket opened", status: 101, requestId: "request-1" }),
    expect.objectContaining({
      message: "Socket closed",
      requestId: "request-1",
      side: "legacy",
      code: 1001,
      initiator: "client",
      bytesIn: 7,
      bytesOut: 9,
    }),
  ]);
});

test("good answers of the legacy are logged up to the rate, and the next line tells of those that were not", () => {
  const { log, clock, parsed } = setUp(2);
  for (let turn = 0; turn < 5; turn += 1) log.requestEnded(exchangeRecord({ status: 204 }));
  expect(parsed()).toHaveLength(2);
  clock.advance(499);
  log.requestEnded(exchangeRecord());
  expect(parsed()).toHaveLength(2);
  clock.advance(1);
  log.requestEnded(exchangeRecord());
  log.requestEnded(exchangeRecord());
  expect(parsed()).toEqual([
    expect.not.objectContaining({ unlogged: expect.anything() }),
    expect.not.objectContaining({ unlogged: expect.anything() }),
    expect.objectContaining({ unlogged: 4 }),
  ]);
});

test("a quiet hour saves up no more than a second's worth of lines", () => {
  const { log, clock, parsed } = setUp(2);
  clock.advance(3_600_000);
  for (let turn = 0; turn < 5; turn += 1) log.requestEnded(exchangeRecord());
  expect(parsed()).toHaveLength(2);
});

test.each([
  ["a failure", { status: 502, errorCode: "UPSTREAM_RESET" as const }],
  ["an answer that broke off", { status: 200, errorCode: "UPSTREAM_RESET" as const }],
  ["a refusal of the legacy", { status: 404 }],
  ["a redirect", { status: 307 }],
  ["a client that left", { status: 499 }],
  [
    "a native answer",
    { decision: { side: "native", reason: "route-flag", flag: "pam.chat" } as const },
  ],
])("is always logged: %s", (_, differences) => {
  const { log, parsed } = setUp(0);
  log.requestEnded(exchangeRecord());
  log.requestEnded(exchangeRecord(differences));
  log.requestEnded(exchangeRecord(differences));
  expect(parsed()).toHaveLength(2);
});

test("a refused handshake is one line like any request", () => {
  const { log, parsed } = setUp();
  log.requestEnded(exchangeRecord({ status: 403 }));
  expect(parsed()).toEqual([expect.objectContaining({ message: "Request answered", status: 403 })]);
});

test("a path of the route table is logged as it is", () => {
  for (const { path } of ROUTE_TABLE) expect(toLoggablePath(path)).toBe(path);
});

test.each([
  ["/api/v1/pam/ws/11111111-1111-4111-8111-111111111111", "/api/v1/pam/ws/[redacted]"],
  ["/a/user@example.com/b", "/a/[redacted]/b"],
  ["/a/user%40example.com", "/a/[redacted]"],
  ["/a/token=abc/b", "/a/[redacted]/b"],
  ["/a%3Ftoken=abc", "/a"],
  ["/a;token=abc", "/a"],
  ["/a%253Ftoken%253Dabc", "/[redacted]"],
  ["/a%20b", "/a%20b"],
  ["*", "*"],
])("%s is logged as %s", (path, logged) => {
  expect(toLoggablePath(path)).toBe(logged);
});

const word = fc.stringMatching(/^[a-z]{0,8}$/);
const token = fc.stringMatching(
  /^eyJ[A-Za-z0-9_-]{20,60}\.[A-Za-z0-9_-]{20,200}\.[A-Za-z0-9_-]{20,43}$/,
);
const hostilePath = fc
  .tuple(
    fc.array(word, { maxLength: 60 }),
    fc.constantFrom(
      "/",
      "?token=",
      "#",
      ";t=",
      "%3ftoken=",
      "%3Fa%3D",
      "/token=",
      "/u:p@h",
      "/x%3D",
      "\r\n",
    ),
    token,
    fc.constantFrom("", "/", "/tail", "?x", "%00"),
  )
  .map(([head, joint, secret, tail]) => ({
    path: `/${head.join("/")}${joint}${secret}${tail}`,
    secret,
  }));

test("no token in a hostile path reaches a line, and no path breaks a line in two", () => {
  fc.assert(
    fc.property(hostilePath, ({ path, secret }) => {
      const { log, lines } = setUp();
      log.requestEnded(exchangeRecord({ path }));
      log.socketOpened(exchangeRecord({ path }));
      expect(lines).toHaveLength(2);
      for (const line of lines) {
        expect(line).not.toContain(secret.slice(0, 12));
        expect(line.trimEnd()).not.toContain("\n");
        expect(line.length).toBeLessThan(2_000);
      }
    }),
    { numRuns: 500 },
  );
});
