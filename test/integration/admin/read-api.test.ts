import request from "supertest";
import { expect, test } from "vitest";

import { driftSnapshotSchema } from "#delivery/drift/index.ts";
import { createAdminSide } from "#support/admin-side.ts";
import { exchangeRecord } from "#support/exchange-record.ts";
import { plantDrift } from "#support/plant-drift.ts";

const NATIVE = { side: "native", reason: "concern-flag", flag: "pam.chat" } as const;

test("drift is told whole, or of one route", async () => {
  const { app, drift } = createAdminSide();
  plantDrift(drift, "chat.health");
  plantDrift(drift, "tts.voice");
  const { body } = await request(app).get("/api/drift").expect(200);
  expect(driftSnapshotSchema.parse(body).routes.map(({ routeId }) => routeId)).toEqual([
    "chat.health",
    "tts.voice",
  ]);
  const one = await request(app).get("/api/drift?route=chat.health").expect(200);
  expect(driftSnapshotSchema.parse(one.body).routes).toHaveLength(1);
  await request(app).get("/api/drift?route=nothing").expect(404);
});

test("a route that does not exist is not taken for one that nothing was compared on", async () => {
  const { app } = createAdminSide();
  const known = await request(app).get("/api/drift?route=chat.health").expect(200);
  expect(driftSnapshotSchema.parse(known.body).routes).toEqual([]);
  await request(app).get("/api/drift?route=nothing").expect(404);
});

test("the census says who is still there, and what may be deleted", async () => {
  const { app, observer } = createAdminSide();
  observer.requestEnded(exchangeRecord());
  const { body } = await request(app).get("/api/census").expect(200);
  expect(body.routes).toMatchObject([{ routeId: "chat.health", legacy: { hits: 1 } }]);
  const verdicts: { routeId: string; isDeletable: boolean }[] = body.verdicts;
  expect(verdicts.find(({ routeId }) => routeId === "chat.health")?.isDeletable).toBe(false);
  expect(verdicts.some(({ routeId }) => routeId.startsWith("debug."))).toBe(false);
});

test("evidence is told by route and kind, with the ceiling it comes to", async () => {
  const { app, evidence } = createAdminSide();
  const about = { routeId: "chat.health", buildId: "build-1", atMs: 1 };
  await evidence.append({ kind: "suite", ...about, isGreen: true, pass: 1, fail: 0, skipped: 0 });
  await evidence.append({ kind: "shadow", ...about, compared: 9, unexplained: 0 });
  const { body } = await request(app).get("/api/evidence?route=chat.health&kind=suite").expect(200);
  expect(body).toMatchObject({ buildId: "build-1", ceilingMode: "report" });
  expect(body.entries).toHaveLength(1);
  expect(body.routes).toMatchObject([
    { routeId: "chat.health", suite: { isGreen: true }, ceiling: { allowedPercent: 5 } },
  ]);
  const answer = await request(app).get("/api/evidence?kind=gossip").expect(422);
  expect(answer.body.issues[0].field).toBe("kind");
});

test("what is known without the ledger is told while the ledger is away, and why the rest is missing", async () => {
  const { app, drift, logLines } = createAdminSide({
    ledgerProblem: "connect ECONNREFUSED 10.1.2.3:5432",
  });
  plantDrift(drift, "chat.health");
  const missing = {
    entries: [],
    entriesProblem: "The ledger cannot be read: the database does not answer, and the log says why",
  };
  const details = await request(app).get("/api/routes/chat.health").expect(200);
  expect(details.body).toMatchObject({ drift: { routeId: "chat.health" }, ...missing });
  const evidence = await request(app).get("/api/evidence?route=chat.health").expect(200);
  expect(evidence.body).toMatchObject({ routes: [{ routeId: "chat.health" }], ...missing });
  expect(`${details.text}${evidence.text}`).not.toContain("10.1.2.3");
  expect(logLines.join("")).toContain("connect ECONNREFUSED 10.1.2.3:5432");
});

test("what would be is told of a share, within 0 and 100", async () => {
  const { app, observer } = createAdminSide();
  observer.requestEnded(exchangeRecord());
  const { body } = await request(app).get("/api/what-if?route=chat.health&percent=40").expect(200);
  expect(body).toMatchObject({ effectivePercent: 40, movesToNative: 1, estimatedCohorts: 1 });
  await request(app).get("/api/what-if?route=chat.health&percent=140").expect(422);
  await request(app).get("/api/what-if?route=chat.nothing&percent=40").expect(404);
});

test("a row says where the route stands, and what each side did within the hour", async () => {
  const { app, flags, observer, time } = createAdminSide();
  flags.roll("pam.chat", 50);
  observer.requestEnded(exchangeRecord());
  time.advance(1_800_000);
  observer.requestEnded(exchangeRecord({ decision: NATIVE, status: 500 }));
  const { body } = await request(app).get("/api/routes").expect(200);
  const rows: { id: string }[] = body;
  expect(rows.find(({ id }) => id === "chat.health")).toMatchObject({
    mode: "canary",
    rollout: { flag: "pam.chat", percent: 50 },
    ceiling: { mode: "report", allowedPercent: 0, step: "start", next: { percent: 5 } },
    guard: { state: "armed" },
    lastHour: { legacy: { requests: 1, errors: 0 }, native: { requests: 1, errors: 1 } },
  });
  time.advance(1_860_000);
  const later = await request(app).get("/api/routes/chat.health").expect(200);
  expect(later.body.route.lastHour).toMatchObject({
    legacy: { requests: 0 },
    native: { requests: 1 },
  });
  expect(later.body.history).toHaveLength(120);
  const history = await request(app).get("/api/history").expect(200);
  expect(history.body).toEqual({ "chat.health": expect.any(Array) });
});

test("a shadow flag shows as a mode, a route without delivery has none of it", async () => {
  const side = createAdminSide();
  side.flags.turn("pam.chat.shadow", "on");
  const shadowed = await request(side.app).get("/api/routes/chat.health");
  expect(shadowed.body.route.mode).toBe("shadow");
  side.flags.roll("pam.chat.shadow", 0);
  const nobody = await request(side.app).get("/api/routes/chat.health");
  expect(nobody.body.route.mode).toBe("legacy");
  const { app } = createAdminSide({ hasDelivery: false });
  const { body } = await request(app).get("/api/routes").expect(200);
  expect(body[0]).toMatchObject({ ceiling: null, guard: null, drift: null, census: null });
  await request(app).get("/api/drift").expect(404);
});

test("only reading is for everybody", async () => {
  const { app } = createAdminSide();
  const { status, headers } = await request(app).put("/api/drift");
  expect({ status, allow: headers["allow"] }).toEqual({ status: 405, allow: "GET, HEAD" });
  await request(app).get("/api/routes/nothing").expect(404);
});
