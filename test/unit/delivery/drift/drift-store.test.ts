import { expect, test } from "vitest";

import type { FieldDifference } from "#delivery/compare/index.ts";
import {
  createDriftStore,
  type DriftExample,
  driftSnapshotSchema,
  type DriftStore,
  type ExplainedDifference,
} from "#delivery/drift/index.ts";
import { createManualClock } from "#support/manual-clock.ts";

const clock = createManualClock();
const difference = (
  field: string,
  more: Partial<ExplainedDifference> = {},
): ExplainedDifference => ({
  kind: "value",
  path: field,
  field,
  legacy: "1",
  native: "2",
  ...more,
});

const example = (routeId: string, id: string, atMs: number): DriftExample => ({
  id,
  atMs,
  requestId: `request-${id}`,
  routeId,
  kind: "exchange",
  differences: [],
  omitted: 0,
  effects: [],
  request: { method: "GET", target: "/", headers: [], body: "" },
  legacy: { status: 200, headers: [], body: "" },
});

function shadow(
  store: DriftStore,
  differences: readonly ExplainedDifference[],
  { routeId = "chat.send", omitted = 0 } = {},
): void {
  store.recordShadow({
    routeId,
    differences,
    omitted,
    isFailed: false,
    toExample: (id, atMs) => example(routeId, id, atMs),
  });
}

const baseline = (store: DriftStore, differences: readonly FieldDifference[]): void => {
  store.recordBaseline("chat.send", { differences, omitted: 0 });
};

test("differences are counted by field, with their kinds, times and latest values", () => {
  const store = createDriftStore({ clock });
  shadow(store, [difference("/body/a")]);
  clock.advance(1_000);
  shadow(store, [difference("/body/a", { kind: "type", native: "null" }), difference("/status")]);
  const [route] = store.snapshot().routes;
  expect(route).toMatchObject({ routeId: "chat.send", compared: 2, clean: 0, cleanStreak: 0 });
  expect(route?.fields).toEqual([
    expect.objectContaining({
      field: "/body/a",
      kinds: ["value", "type"],
      raw: 2,
      native: "null",
      verdict: "drift",
      firstSeenMs: clock.now() - 1_000,
      lastSeenMs: clock.now(),
    }),
    expect.objectContaining({ field: "/status", raw: 1 }),
  ]);
});

test("a field that differs in many places of one answer differs in one answer", () => {
  const store = createDriftStore({ clock });
  shadow(store, [
    difference("/body/*/a", { path: "/body/0/a" }),
    difference("/body/*/a", { path: "/body/1/a" }),
  ]);
  expect(store.snapshot().routes[0]?.fields[0]?.raw).toBe(1);
});

test("what a deviation covers is counted apart, and the request is clean", () => {
  const store = createDriftStore({ clock });
  shadow(store, [difference("/headers/server", { explainedBy: "server-identity" })]);
  const [route] = store.snapshot().routes;
  expect(route).toMatchObject({ clean: 1, examples: [] });
  expect(route?.fields[0]).toMatchObject({
    raw: 0,
    explained: 1,
    explainedBy: ["server-identity"],
    verdict: "explained",
  });
  expect(store.evidenceOf("chat.send")).toEqual({
    compared: 1,
    cleanStreak: 1,
    unexplainedFields: 0,
  });
});

test.each([
  ["/status", "200", "401"],
  ["/close/by", "by the client", "by the server"],
])("what native refuses as decided is counted, and is no evidence: %s", (path, legacy, native) => {
  const store = createDriftStore({ clock });
  const explainedBy = "tokens-are-verified";
  shadow(store, [difference(path, { legacy, native, explainedBy })]);
  shadow(store, []);
  expect(store.snapshot().routes[0]).toMatchObject({ compared: 2, refused: 1, clean: 2 });
  expect(store.evidenceOf("chat.send")).toMatchObject({ compared: 1, unexplainedFields: 0 });
});

test("an answer where legacy failed is evidence, and so is a refusal that both give", () => {
  const store = createDriftStore({ clock });
  const explainedBy = "works";
  shadow(store, [difference("/status", { legacy: "500", native: "200", explainedBy })]);
  shadow(store, [difference("/status", { legacy: "422", native: "413", explainedBy })]);
  expect(store.evidenceOf("chat.send")).toMatchObject({ compared: 2 });
});

test("a field that legacy itself changes from answer to answer is noise, and spoils no request", () => {
  const store = createDriftStore({ clock });
  for (let time = 0; time < 30; time += 1) {
    baseline(store, [difference("/body/a")]);
    shadow(store, [difference("/body/a")]);
  }
  const [route] = store.snapshot().routes;
  expect(route?.fields[0]).toMatchObject({ raw: 30, noise: 30, verdict: "noise" });
  expect(route?.cleanStreak).toBe(11);
  expect(store.evidenceOf("chat.send")?.unexplainedFields).toBe(0);
  shadow(store, [difference("/status")]);
  expect(store.evidenceOf("chat.send")).toMatchObject({ cleanStreak: 0, unexplainedFields: 1 });
});

test("clean requests in a row are counted from the last that was not", () => {
  const store = createDriftStore({ clock });
  shadow(store, []);
  shadow(store, [difference("/status")]);
  shadow(store, []);
  shadow(store, []);
  expect(store.snapshot().routes[0]).toMatchObject({ compared: 4, clean: 3, cleanStreak: 2 });
});

test("differences that were not kept spoil a request all the same", () => {
  const store = createDriftStore({ clock });
  shadow(store, [], { omitted: 3 });
  expect(store.snapshot().routes[0]).toMatchObject({ clean: 0, overflow: 3 });
});

test("the newest examples are kept, newest first, and found by their id", () => {
  const limits = {
    maxRoutes: 2,
    maxFieldsPerRoute: 9,
    maxExamplesPerRoute: 3,
    exampleIntervalMs: 1_000,
  };
  const store = createDriftStore({ clock, limits });
  for (let time = 0; time < 10; time += 1) {
    shadow(store, [difference("/status")]);
    clock.advance(1_000);
  }
  const examples = store.snapshot().routes[0]?.examples.map(({ id }) => id);
  expect(examples).toEqual(["10", "9", "8"]);
  expect(store.findExample("9")?.requestId).toBe("request-9");
  expect(store.findExample("1")).toBeUndefined();
});

test("of a field that differs all the time there is an example now and then, of another one at once", () => {
  const store = createDriftStore({ clock });
  for (let time = 0; time < 50; time += 1) shadow(store, [difference("/status")]);
  shadow(store, [difference("/status"), difference("/body/a")]);
  for (let time = 0; time < 50; time += 1) shadow(store, [difference("/body/a")]);
  const ids = (): unknown => store.snapshot().routes[0]?.examples.length;
  expect(ids()).toBe(2);
  clock.advance(60_000);
  shadow(store, [difference("/body/a")]);
  expect(ids()).toBe(3);
});

test("fields and routes beyond the bounds are counted and not kept", () => {
  const limits = {
    maxRoutes: 2,
    maxFieldsPerRoute: 5,
    maxExamplesPerRoute: 1,
    exampleIntervalMs: 0,
  };
  const store = createDriftStore({ clock, limits });
  for (let n = 0; n < 50; n += 1) shadow(store, [difference(`/body/${n}-x`)]);
  for (let n = 0; n < 10; n += 1) shadow(store, [], { routeId: `route.${n}` });
  const { routes, overflow } = store.snapshot();
  expect(routes).toHaveLength(2);
  expect(overflow).toBe(9);
  expect(routes[0]?.fields).toHaveLength(5);
  expect(routes[0]?.overflow).toBe(45);
  expect(routes[0]?.clean).toBe(0);
});

test("a route that is reset begins anew", () => {
  const store = createDriftStore({ clock });
  shadow(store, [difference("/status")]);
  expect(store.reset("chat.send")).toBe(true);
  expect(store.reset("chat.send")).toBe(false);
  expect(store.snapshot().routes).toEqual([]);
  expect(store.evidenceOf("chat.send")).toBeUndefined();
});

test("what the admin API answers is what its readers expect", () => {
  const store = createDriftStore({ clock });
  shadow(store, [difference("/status"), difference("/body/a", { explainedBy: "some-id" })]);
  const snapshot = store.snapshot();
  expect(driftSnapshotSchema.parse(JSON.parse(JSON.stringify(snapshot)))).toEqual(snapshot);
});
