import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import type { OpenDatabase } from "#platform/database/index.ts";

import { type AnalyticsSide, ANNA, BORIS, startAnalyticsSide } from "../analytics-side.ts";

interface Line {
  readonly timestamp: string;
  readonly level: string;
  readonly message: { readonly event_type: string; readonly message: string };
}

/** The event log, whatever database is behind it. */
export function describeLogs(open: () => Promise<OpenDatabase>): void {
  describe("the event log", () => {
    let side: AnalyticsSide;
    beforeAll(async () => {
      side = await startAnalyticsSide({ open });
    }, 60_000);
    afterEach(async () => {
      await side.database.deleteFrom("pam_analytics_logs").execute();
    });
    afterAll(async () => side[Symbol.asyncDispose]());

    /** As the chat writes, on either side: no severity, and the time of its own clock. */
    const write = async (columns: object = {}) =>
      side.database
        .insertInto("pam_analytics_logs")
        .values({
          user_id: ANNA,
          event_type: "user_message",
          timestamp: "2026-03-15T09:00:00Z",
          success: true,
          ...columns,
        })
        .execute();

    async function recent(query = "", user = ANNA): Promise<readonly Line[]> {
      const answer = await side.call(`GET /logs/events/recent${query}`, { user });
      const { events, total_events } = answer.json() as { events: Line[]; total_events: number };
      expect(total_events).toBe(events.length);
      return events;
    }

    async function search(query: string): Promise<{ status: number; messages: readonly string[] }> {
      const { status, json } = await side.call(`POST /logs/search?${query}`);
      if (status !== 200) return { status, messages: [] };
      const { search_results: results } = json() as { search_results: { matches: Line[] } };
      return { status, messages: results.matches.map(({ message }) => message.message) };
    }

    const record = async (user = ANNA) =>
      side.call("POST /savings/record", {
        user,
        body: {
          savings_type: "fuel_optimization",
          predicted_savings: 5,
          actual_savings: 4,
          baseline_cost: 20,
          optimized_cost: 16,
          description: "Cheaper diesel",
          verification_method: "user_confirmation",
        },
      });

    describe("an event", () => {
      test("is written by what changes something, and read as a line of the log", async () => {
        await record();
        expect(await recent()).toEqual([
          {
            timestamp: "2026-03-15 10:20:30 UTC",
            level: "INFO",
            logger: "pam_pam_audit",
            message: {
              event_type: "user_action",
              severity: "info",
              message: "A savings event was recorded",
              user_id: ANNA,
              request_id: "made-id",
              session_id: null,
              endpoint: "/api/v1/pam/savings/record",
              duration_ms: null,
              error_code: null,
              error_details: null,
              context: { event_id: expect.any(String), savings_type: "fuel_optimization" },
              timestamp: "2026-03-15T10:20:30.123+00:00",
              ip_address: null,
              user_agent: null,
            },
          },
        ]);
      });

      test("is its user's own: nobody else's, whatever the filter says", async () => {
        await record(BORIS);
        expect(await recent()).toEqual([]);
        expect(await recent(`?user_id=${BORIS}`)).toEqual([]);
        expect(await recent(`?user_id=${BORIS}`, BORIS)).toHaveLength(1);
        const status = await side.call("GET /logs/status");
        expect(status.json()).toMatchObject({ event_statistics: { total_events: 0 } });
        expect((await search("query=.")).messages).toEqual([]);
        expect((await side.call("POST /logs/export")).text).toBe("[]");
      });

      test("nobody has where the token's user is none of the database's", async () => {
        expect(await recent("", "default")).toEqual([]);
        expect((await side.call("POST /logs/export", { user: "default" })).status).toBe(200);
      });
    });

    const messages = async (query: string) =>
      (await recent(query)).map(({ message }) => message.message);

    describe("filters", () => {
      test("leave the events of a type, of a severity, the newest", async () => {
        await write({ message: "old", timestamp: "2026-03-15T07:00:00Z" });
        await write({ message: "failed", success: false, event_type: "pam_response" });
        await write({ message: "loud", log_level: "critical", timestamp: "2026-03-15T08:00:00Z" });
        expect(await messages("")).toEqual(["failed", "loud", "old"]);
        expect(await messages("?limit=1")).toEqual(["failed"]);
        expect(await messages("?event_type=pam_response")).toEqual(["failed"]);
        expect(await messages("?severity=error")).toEqual(["failed"]);
        expect(await messages("?severity=critical")).toEqual(["loud"]);
        expect(await messages("?severity=info&event_type=user_message")).toEqual(["old"]);
        expect(await messages("?event_type=&severity=")).toHaveLength(3);
      });

      test("by time take both ends in, in any zone", async () => {
        await write({ message: "seven", timestamp: "2026-03-15T07:00:00Z" });
        await write({ message: "eight", timestamp: "2026-03-15T08:00:00Z" });
        await write({ message: "unknown", timestamp: null, created_at: "2026-03-15T09:00:00Z" });
        const found = await search(
          "query=.&start_time=2026-03-15T08:00:00&end_time=2026-03-15T19:00%2B10:00",
        );
        expect(found.messages).toEqual(["eight", "unknown"]);
        expect((await search("query=.&end_time=2026-03-14")).messages).toEqual([]);
      });
    });

    describe("a search", () => {
      test("finds a pattern in any field, the oldest first, whatever the case", async () => {
        await write({ message: "Trip to Moab", timestamp: "2026-03-15T07:00:00Z" });
        await write({ message: "moab again" });
        await write({ message: "home", event_data: { place: "Tucson" } });
        expect((await search("query=MOAB")).messages).toEqual(["Trip to Moab", "moab again"]);
        expect((await search("query=tucs.n")).messages).toEqual(["home"]);
        expect((await search("query=moab&limit=1")).messages).toEqual(["Trip to Moab"]);
      });

      test.each([
        "query=%5B",
        "query=(%3F=a)b",
        "query=a&start_time=zz",
        "query=a&end_time=2026-02-30",
      ])("that cannot be made is refused: %s", async (query) => {
        expect((await search(query)).status).toBe(422);
      });
    });

    describe("an export", () => {
      test("is a file of indented JSON, the oldest first", async () => {
        await write({ message: "first", timestamp: "2026-03-15T07:00:00Z" });
        await write({ message: "second" });
        const { headers, text, json } = await side.call("POST /logs/export");
        expect(headers.get("content-type")).toBe("application/json");
        expect(headers.get("content-disposition")).toBe(
          "attachment; filename=pam_logs_export_20260315_102030.json",
        );
        expect(text).toBe(JSON.stringify(json(), null, 2));
        expect((json() as Line[]).map(({ message }) => message.message)).toEqual([
          "first",
          "second",
        ]);
      });

      test("is a file of CSV that no spreadsheet runs", async () => {
        await write({ message: '=HYPERLINK("x")', response_time_ms: 12, session_id: "s,1" });
        const { headers, text } = await side.call("POST /logs/export?format=csv");
        expect(headers.get("content-type")).toBe("text/csv; charset=utf-8");
        expect(headers.get("content-disposition")).toBe(
          "attachment; filename=pam_logs_export_20260315_102030.csv",
        );
        expect(text.split("\r\n")).toEqual([
          "context,duration_ms,endpoint,error_code,error_details,event_type,ip_address,message,request_id,session_id,severity,timestamp,user_agent,user_id",
          `{},12,,,,user_message,,"'=HYPERLINK(""x"")",,"s,1",info,2026-03-15T09:00:00+00:00,,${ANNA}`,
          "",
        ]);
      });

      test("is itself an event", async () => {
        await side.call("POST /logs/export?format=csv");
        expect((await recent()).map(({ message }) => message.message)).toEqual([
          "The event log was exported",
        ]);
      });
    });

    test("events are counted by kind, of the hours that are asked for", async () => {
      await write({ event_type: "api_request", response_time_ms: 10 });
      await write({ event_type: "api_request", response_time_ms: 30, success: false });
      await write({ event_type: "websocket_connect", timestamp: "2026-03-15T10:10:00Z" });
      await write({ event_type: "rate_limit_violation", timestamp: "2026-03-14T10:00:00Z" });
      expect((await side.call("GET /logs/status")).json()).toMatchObject({
        event_statistics: {
          total_events: 4,
          error_events: 1,
          security_events: 1,
          api_requests: 2,
          websocket_connections: 1,
        },
        log_files: {},
        total_disk_usage_mb: 0,
      });
      expect((await side.call("GET /logs/analytics?hours=2")).json()).toEqual({
        success: true,
        analytics: {
          time_period_hours: 2,
          total_events: 3,
          error_events: 1,
          error_rate: 1 / 3,
          average_duration_ms: 20,
          events_by_type: { api_request: 2, websocket_connect: 1 },
          events_by_severity: { info: 2, error: 1 },
          events_by_hour: [
            { hour: "2026-03-15T09:00:00", count: 2 },
            { hour: "2026-03-15T10:00:00", count: 1 },
          ],
        },
        timestamp: "2026-03-15T10:20:30.123000",
      });
    });
  });
}
