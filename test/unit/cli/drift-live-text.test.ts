import { expect, test } from "vitest";

import { toLiveDriftText } from "#cli/drift-live-text.ts";
import type { RouteDrift } from "#delivery/drift/index.ts";

const AT_MS = Date.UTC(2026, 10, 22);

const difference = {
  kind: "value",
  path: "/body/status",
  field: "/body/status",
  legacy: '"healthy"',
  native: '"fine"',
} as const;

const route: RouteDrift = {
  routeId: "chat.health",
  compared: 30,
  clean: 29,
  cleanStreak: 3,
  failed: 1,
  refused: 0,
  baselines: 20,
  sinceMs: AT_MS,
  fields: [
    {
      ...difference,
      kinds: ["value"],
      raw: 1,
      noise: 0,
      explained: 2,
      explainedBy: ["a-decision"],
      verdict: "drift",
      firstSeenMs: AT_MS,
      lastSeenMs: AT_MS,
    },
  ],
  overflow: 0,
  examples: [
    {
      id: "e1",
      kind: "exchange",
      requestId: "r1",
      routeId: "chat.health",
      atMs: AT_MS,
      differences: [difference],
      omitted: 0,
      effects: [],
      request: { method: "GET", target: "/api/v1/pam/health\u001b[2J", headers: [], body: "" },
      legacy: { status: 200, headers: [], body: '{"status":"healthy"}' },
    },
  ],
};

test("live drift is told by route and field, with its examples and what to do with them", () => {
  const text = toLiveDriftText({ routes: [route], overflow: 0 });
  expect(text).toContain(
    "chat.health: 30 compared, 29 clean, the last 3 of them in a row, 1 without a native answer",
  );
  expect(text).toMatch(/\/body\/status +drift +1 +0 +2 +"healthy" +"fine"/u);
  expect(text).toMatch(
    /example e1 +2026-11-22 00:00Z +GET \/api\/v1\/pam\/health.* \/body\/status/u,
  );
  expect(text).toContain("--accept <id> --as case");
});

test("what a client sent does not steer the terminal", () => {
  expect(toLiveDriftText({ routes: [route], overflow: 0 })).not.toContain("\u001b");
});

test("where nothing was compared, that is what is told", () => {
  expect(toLiveDriftText({ routes: [], overflow: 0 })).toMatch(/^Nothing was compared/u);
});
