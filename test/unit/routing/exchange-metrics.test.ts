import * as fc from "fast-check";
import { expect, test } from "vitest";

import { createMetrics } from "#platform/metrics.ts";
import { createMetricsObserver } from "#routing/exchange-metrics.ts";
import type { ExchangeRecord } from "#routing/exchange.ts";
import { exchangeRecord, routeOf } from "#support/exchange-record.ts";

const NATIVE = { side: "native", reason: "route-flag", flag: "pam.chat.health" } as const;
const NO_ROUTE = { side: "legacy", reason: "no-route", flag: undefined } as const;

function setUp() {
  const metrics = createMetrics({ version: "0" });
  const observer = createMetricsObserver(metrics);
  return {
    observer,
    end: (differences?: Partial<ExchangeRecord>) => {
      observer.requestStarted();
      observer.requestEnded(exchangeRecord(differences));
    },
    /** As `end`, for an exchange to whose client no upstream ever answered. */
    endUnanswered: (differences: Partial<ExchangeRecord>) => {
      const {
        connectMs: _connectMs,
        firstByteMs: _firstByteMs,
        ...record
      } = exchangeRecord(differences);
      observer.requestEnded(record);
    },
    /** The samples of one metric, without its comments. */
    samples: async (name: string) => {
      const lines = (await metrics.render()).split("\n");
      return lines.filter((line) => line.startsWith(name));
    },
  };
}

test("a request is timed under OpenTelemetry's names, by the template of its route", async () => {
  const { end, samples } = setUp();
  const route = routeOf("tts.conversation-status");
  end({ route, path: "/api/v1/voice/status/secret-session", totalMs: 20 });
  expect(await samples("http_server_request_duration_seconds_count")).toEqual([
    'http_server_request_duration_seconds_count{http_request_method="GET",http_route="/api/v1/voice/status/{session_id}",http_response_status_code="200"} 1',
  ]);
  expect(await samples("http_server_request_duration_seconds_sum")).toEqual([
    expect.stringMatching(/ 0\.02$/),
  ]);
});

test("a failure names its type: the code where there is one, else the status", async () => {
  const { end, samples } = setUp();
  end({ status: 504, errorCode: "UPSTREAM_TIMEOUT" });
  end({ status: 503 });
  end({ status: 404 });
  expect(await samples("http_server_request_duration_seconds_count")).toEqual([
    expect.stringContaining('_code="504",error_type="UPSTREAM_TIMEOUT"} 1'),
    expect.stringContaining('_code="503",error_type="503"} 1'),
    expect.stringContaining('_code="404"} 1'),
  ]);
  expect(await samples("compat_upstream_errors_total")).toEqual([
    'compat_upstream_errors_total{code="UPSTREAM_TIMEOUT"} 1',
  ]);
});

test("the upstream attempt is timed to its first byte, or to its failure", async () => {
  const { end, endUnanswered, samples } = setUp();
  end({ firstByteMs: 30, totalMs: 5000 });
  endUnanswered({ status: 502, errorCode: "UPSTREAM_UNREACHABLE", totalMs: 4 });
  endUnanswered({ status: 499, totalMs: 900 });
  const sums = await samples("http_client_request_duration_seconds_sum");
  expect(sums).toEqual([
    expect.stringMatching(/http_response_status_code="200"} 0\.03$/),
    expect.stringMatching(/error_type="UPSTREAM_UNREACHABLE"} 0\.004$/),
    expect.stringMatching(/error_type="abandoned"} 0\.9$/),
  ]);
});

test("nothing is timed as an upstream attempt where none was made", async () => {
  const { endUnanswered, samples } = setUp();
  endUnanswered({ decision: NATIVE });
  endUnanswered({ decision: NATIVE, status: 499 });
  endUnanswered({ status: 413, errorCode: "BODY_TOO_LARGE" });
  expect(await samples("http_client_request_duration_seconds")).toEqual([]);
});

test("each decision is counted with its reason, and each hit of the legacy by route", async () => {
  const { end, samples } = setUp();
  end();
  end();
  end({ decision: NATIVE });
  end({ route: undefined, decision: NO_ROUTE });
  expect(await samples("compat_route_decisions_total")).toEqual([
    'compat_route_decisions_total{concern="chat",route="chat.health",side="legacy",reason="concern-flag"} 2',
    'compat_route_decisions_total{concern="chat",route="chat.health",side="native",reason="route-flag"} 1',
    'compat_route_decisions_total{concern="unmatched",route="unmatched",side="legacy",reason="no-route"} 1',
  ]);
  expect(await samples("compat_legacy_hits_total")).toEqual([
    'compat_legacy_hits_total{route="chat.health"} 2',
    'compat_legacy_hits_total{route="unmatched"} 1',
  ]);
});

test("requests under way are shown until they end", async () => {
  const { observer, samples } = setUp();
  observer.requestStarted();
  observer.requestStarted();
  observer.requestEnded(exchangeRecord());
  expect(await samples("http_server_active_requests")).toEqual(["http_server_active_requests 1"]);
});

test("sockets are counted by side while open, and by code and initiator when closed", async () => {
  const { observer, samples } = setUp();
  const record = exchangeRecord({ status: 101 });
  observer.socketOpened(record);
  observer.socketOpened(record);
  observer.socketClosed(record, { code: 4008, initiator: "upstream", bytesIn: 1, bytesOut: 2 });
  expect(await samples("compat_ws_connections")).toEqual([
    'compat_ws_connections{side="legacy"} 1',
  ]);
  expect(await samples("compat_ws_close_total")).toEqual([
    'compat_ws_close_total{code="4008",initiator="upstream"} 1',
  ]);
});

test("no method, path or close code that a client makes up adds a series", async () => {
  const { observer, end, samples } = setUp();
  fc.assert(
    fc.property(
      fc.string(),
      fc.string(),
      fc.integer({ min: 3000, max: 3999 }),
      (method, path, code) => {
        const made = { method: `x${method}`, path, route: undefined, decision: NO_ROUTE };
        end(made);
        observer.socketOpened(exchangeRecord(made));
        observer.socketClosed(exchangeRecord(made), {
          code,
          initiator: "client",
          bytesIn: 0,
          bytesOut: 0,
        });
      },
    ),
  );
  expect(await samples("http_server_request_duration_seconds_count")).toEqual([
    'http_server_request_duration_seconds_count{http_request_method="_OTHER",http_route="unmatched",http_response_status_code="200"} 100',
  ]);
  expect(await samples("compat_ws_close_total")).toEqual([
    'compat_ws_close_total{code="other",initiator="client"} 100',
  ]);
});
