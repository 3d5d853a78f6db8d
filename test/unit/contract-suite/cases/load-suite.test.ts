import { cpSync, mkdtempDisposableSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { loadSuite } from "#contract-suite/cases/load-suite.ts";
import { loadTestSuite, CONTRACTS, SUITE_SOURCE } from "#support/contract-suite.ts";

const suite = loadTestSuite();

test("every recorded exchange is in a case", () => {
  const steps = suite.cases
    .filter(({ place }) => place === "recordings/http")
    .flatMap((given) => given.steps);
  expect(steps).toHaveLength(suite.recordings.http.length);
  const sockets = suite.cases.filter(({ place }) => place === "recordings/ws");
  expect(sockets).toHaveLength(suite.recordings.ws.length);
});

test("smoke cases touch every concern and the socket, and are few", () => {
  const smoke = suite.cases.filter(({ tags }) => tags.has("smoke"));
  const concerns = [
    "agentic",
    "analytics",
    "cache",
    "chat",
    "debug",
    "routing",
    "security",
    "tts",
    "ws",
  ];
  expect([...new Set(smoke.map(({ concern }) => concern))].toSorted()).toEqual(concerns);
  expect(smoke.some(({ steps }) => steps.some(({ kind }) => kind === "conversation"))).toBe(true);
  expect(smoke.length).toBeLessThan(80);
});

test("a method that a path does not have still belongs to the path's concern", () => {
  expect(suite.cases.find(({ id }) => id === "cache.status/head")).toMatchObject({
    route: undefined,
    concern: "cache",
  });
});

test("what is skipped says why", () => {
  const reasons = suite.cases.flatMap(({ skip }) => skip ?? []);
  expect(reasons.length).toBeGreaterThan(0);
  for (const reason of reasons) expect(reason.length).toBeGreaterThan(20);
});

interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Loads a copy of the contracts with one text changed. */
function loadChanged({ file, from, to }: Change): unknown {
  using folder = mkdtempDisposableSync(join(tmpdir(), "banyan-"));
  cpSync(CONTRACTS, folder.path, { recursive: true });
  const path = join(folder.path, file);
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
  return loadSuite({ ...SUITE_SOURCE, folder: folder.path });
}

test.each<[string, Change, RegExp]>([
  [
    "a route that no row has",
    { file: "cases/written/ws.json", from: '"route": "ws.socket"', to: '"route": "ws.sokcet"' },
    /cases\/written\/ws\.json:\d+: route: no row "ws\.sokcet"/,
  ],
  [
    "an id twice",
    { file: "cases/written/ws.json", from: "ws.socket/empty-token", to: "ws.socket/pong" },
    /cases\/written\/ws\.json:\d+: id: "ws\.socket\/pong" is used twice/,
  ],
  [
    "a fixture that nobody described",
    { file: "cases/recorded.json", from: '"needs": ["keepalive"]', to: '"needs": ["keepalife"]' },
    /needs: no fixture "keepalife"/,
  ],
  [
    "an adaptation of nothing",
    { file: "cases/recorded.json", from: "ws/idle-keepalive-*", to: "ws/idle-keepalife-*" },
    /cases\/recorded\.json: entry \d+ selects no case/,
  ],
  [
    "a deviation that no case could show",
    { file: "deviations/no-text-firewall.json", from: '"agentic.cap', to: '"agentic.nothing-cap' },
    /deviations\/no-text-firewall\.json: no case exercises it/,
  ],
  [
    "a deviation without a reason",
    { file: "deviations/server-identity.json", from: '"why"', to: '"whi"' },
    /deviations\/server-identity\.json:\d+: wh[yi]: /,
  ],
])("%s stops the run with its place", (_, change, message) => {
  expect(() => loadChanged(change)).toThrow(message);
});
