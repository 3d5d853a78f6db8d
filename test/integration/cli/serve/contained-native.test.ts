import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { join } from "node:path";

import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";

import { NATIVE_ROUTE_IDS } from "#concerns/index.ts";
import { loadRecordings } from "#contracts/recordings/load-recordings.ts";
import type { HttpRecording } from "#contracts/recordings/recording.ts";
import { createTokenSigner } from "#contracts/recordings/sign-token.ts";
import { tokenNames } from "#contracts/recordings/tokens.ts";
import { systemClock } from "#platform/clock.ts";
import { type Database, openDatabase, type OpenDatabase } from "#platform/database/index.ts";
import { TABLES } from "#platform/database/schema/tables.ts";
import { silentLogger } from "#platform/logger.ts";
import { packageRoot } from "#platform/package-root.ts";
import { createRouteMatcher } from "#routing/match-route.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import { startShadow } from "#support/shadow-side.ts";
import { TOKEN_SECRET } from "#support/sign-token.ts";
import { encodeFrame } from "#support/websocket-peer.ts";

const { http, tokens } = loadRecordings(join(packageRoot(), "contracts/recordings"));
const sign = createTokenSigner(TOKEN_SECRET);
const matchRoute = createRouteMatcher(ROUTE_TABLE);

const READS = ROUTE_TABLE.filter(
  ({ id, effect, method }) => effect === "read" && method !== "WS" && NATIVE_ROUTE_IDS.has(id),
).map(({ id }) => id);

let opened: OpenDatabase;
beforeAll(async () => {
  opened = await openDatabase({ url: undefined, clock: systemClock, logger: silentLogger });
}, 120_000);
afterAll(async () => opened.close());

/** All rows of all tables, in short. */
async function digest(database: Database): Promise<ReadonlyMap<string, unknown>> {
  const digests = new Map<string, unknown>();
  for (const table of Object.keys(TABLES)) {
    const rows = sql`select count(*) as count, md5(string_agg(t::text, ';' order by t::text)) as rows
      from ${sql.table(table)} t`;
    // oxlint-disable-next-line no-await-in-loop -- the embedded database has one connection
    digests.set(table, (await rows.execute(database)).rows[0]);
  }
  return digests;
}

const isValid = ({ request }: HttpRecording): boolean =>
  [request.target, ...request.headers].every((text) =>
    tokenNames(text).every((name) => tokens[name]?.signature === "valid"),
  );

function recordingOf(routeId: string): HttpRecording {
  const found = http.find(
    (recording) =>
      matchRoute(recording.request.method, recording.request.target)?.route.id === routeId &&
      recording.response.status < 300 &&
      isValid(recording),
  );
  const any =
    found ??
    http.find(({ request }) => matchRoute(request.method, request.target)?.route.id === routeId);
  if (any === undefined) throw new Error(`No recording of "${routeId}"`);
  return any;
}

/** Whatever leaves the process goes by one of these. */
const CHANNELS = ["net.client.socket", "tracing:child_process.spawn:start"];
const KEY = Buffer.from([1, 2, 3, 4]);
const USER = "11111111-1111-4111-8111-111111111111";

test(
  "reads, a chat and a conversation change nothing, reach nobody, and are told by their effects",
  { timeout: 120_000 },
  async () => {
    const before = await digest(opened.database);
    const reached: unknown[] = [];
    const note = (message: unknown): void => {
      reached.push(message);
    };
    for (const channel of CHANNELS) subscribe(channel, note);
    const fixture = startShadow({ database: async () => Promise.resolve(opened.database) });
    const { shadow, examples, pass, settle } = fixture;

    for (const routeId of READS) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that none is dropped
      await pass(recordingOf(routeId), routeId);
    }
    await pass(recordingOf("chat.send"), "chat.send");
    const token = sign({
      header: { alg: "HS256" },
      claims: { sub: USER, aud: "authenticated", exp: 4_102_444_800 },
      signature: "valid",
    });
    const tap = shadow.socketTap({
      requestId: "ws",
      routeId: "ws.socket",
      cohort: "cohort",
      method: "GET",
      target: `/api/v1/pam/ws/${USER}?token=${token}`,
      headers: ["host", "pam.example"],
      isSafe: false,
    });
    tap?.fromUpstream(encodeFrame({ payload: '{"type":"connection"}' }));
    tap?.fromClient(
      encodeFrame({
        payload: '{"type":"chat","message":"Log 20 dollars for fuel"}',
        maskingKey: KEY,
      }),
    );
    tap?.fromUpstream(encodeFrame({ payload: '{"type":"chat_response","message":"It is noted"}' }));
    tap?.ended();
    await settle();

    for (const channel of CHANNELS) unsubscribe(channel, note);
    await fixture.close();
    expect(shadow.counts()).toMatchObject({
      sampled: READS.length + 2,
      compared: READS.length + 2,
      failed: 0,
      defects: 0,
    });
    expect(reached).toEqual([]);
    expect(fixture.spoken).toEqual([]);
    expect(fixture.lines).toEqual([]);
    expect(fixture.asked.every((url) => url.startsWith("http://127.0.0.1:9/"))).toBe(true);
    expect(await digest(opened.database)).toEqual(before);
    const effectsOf = (routeId: string): ReadonlySet<string> =>
      new Set(
        examples.find((example) => example.routeId === routeId)?.effects.map(({ kind }) => kind),
      );
    expect(effectsOf("chat.send")).toEqual(new Set(["ai", "database"]));
    expect(effectsOf("ws.socket")).toEqual(new Set(["ai", "database"]));
    const conversation = examples.find(({ kind }) => kind === "conversation");
    expect(JSON.stringify(conversation?.native)).toContain("It is noted");
  },
);

test("what native needs and does not get is told as its answer, and is nobody else's trouble", async () => {
  const fixture = startShadow({
    database: async () => Promise.reject(new Error("The database is away")),
    authenticator: {
      verifyToken: async () => Promise.reject(new TypeError("a bug")),
      verifyHeader: async () => Promise.reject(new TypeError("a bug")),
    },
  });
  const { shadow, examples, lines, pass } = fixture;
  await pass(recordingOf("chat.send"), "chat.send");
  await fixture.close();
  expect(shadow.counts()).toMatchObject({ compared: 1, failed: 0, defects: 0, heldBytes: 0 });
  expect(examples).toMatchObject([{ legacy: { status: 200 }, native: { status: 500 } }]);
  expect(lines).toEqual([]);
});
