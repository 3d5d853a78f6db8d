import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { join } from "node:path";

import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";

import { createShadowing, type ShadowingOptions } from "#cli/serve/shadow/create-shadowing.ts";
import { CONCERNS, NATIVE_ROUTE_IDS } from "#concerns/index.ts";
import { loadRecordings } from "#contracts/recordings/load-recordings.ts";
import { type HttpRecording, toBodyBytes } from "#contracts/recordings/recording.ts";
import { createTokenSigner } from "#contracts/recordings/sign-token.ts";
import { expandTokens, tokenNames } from "#contracts/recordings/tokens.ts";
import type { DriftExample } from "#delivery/drift/index.ts";
import { SpeechError } from "#pam/speech/index.ts";
import { createAuthenticator } from "#platform/auth.ts";
import { systemClock } from "#platform/clock.ts";
import { type Database, openDatabase, type OpenDatabase } from "#platform/database/index.ts";
import { TABLES } from "#platform/database/schema/tables.ts";
import { createLifecycle } from "#platform/lifecycle.ts";
import { createLogger, silentLogger } from "#platform/logger.ts";
import { createMetrics } from "#platform/metrics.ts";
import { packageRoot } from "#platform/package-root.ts";
import { systemScheduler } from "#platform/resilience/scheduler.ts";
import { createRouteMatcher } from "#routing/match-route.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import { createFakeFlags } from "#support/fake-flags.ts";
import { TOKEN_SECRET } from "#support/sign-token.ts";
import { until } from "#support/until.ts";
import { encodeFrame } from "#support/websocket-peer.ts";

const { http, tokens } = loadRecordings(join(packageRoot(), "contracts/recordings"));
const sign = createTokenSigner(TOKEN_SECRET);
const expand = (text: string): string => expandTokens(text, tokens, sign);
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

/** Shadowing on the one database, and nothing else that is real: what is not in `live` cannot be reached. */
function start(live: Partial<ShadowingOptions["live"]> = {}) {
  const lines: unknown[] = [];
  const spoken: string[] = [];
  const examples: DriftExample[] = [];
  const asked: string[] = [];
  const flags = createFakeFlags();
  for (const { name } of CONCERNS) flags.turn(`pam.${name}.shadow`, "on");
  const logger = createLogger({ level: "debug", write: (line) => lines.push(line) });
  const lifecycle = createLifecycle(logger);
  const { shadow } = createShadowing({
    live: {
      clock: systemClock,
      scheduler: systemScheduler,
      authenticator: createAuthenticator({
        jwtSecret: TOKEN_SECRET,
        jwksUrl: undefined,
        clock: systemClock,
      }),
      database: async () => Promise.resolve(opened.database),
      speech: {
        report: async () => Promise.reject(new SpeechError("No engines here")),
        async speak({ text }) {
          spoken.push(text);
          return Promise.reject(new SpeechError("It was to speak"));
        },
      },
      realtimeVoice: {
        async openSession() {
          spoken.push("a session");
          return Promise.reject(new SpeechError("It was to open"));
        },
      },
      hasAnthropicKey: true,
      ...live,
    },
    flags,
    allowedOrigins: new Set(),
    drift: {
      recordShadow: (result) => examples.push(result.toExample("example", 0)),
      recordBaseline: () => {},
    },
    origin: new URL("http://127.0.0.1:9"),
    async fetch(url) {
      asked.push(new Request(url).url);
      return Promise.resolve(new Response("{}"));
    },
    hasNative: (id) => NATIVE_ROUTE_IDS.has(id),
    metrics: createMetrics({ version: "0" }),
    lifecycle,
    logger,
  });

  /** What legacy was recorded to answer passes by, and is over before the next. */
  async function pass({ id, request, response }: HttpRecording, routeId: string): Promise<void> {
    const tap = shadow.exchangeTap({
      requestId: id,
      routeId,
      cohort: "cohort",
      method: request.method,
      target: expand(request.target),
      headers: ["host", "pam.example", ...request.headers.map(expand)],
      isSafe: request.method === "GET",
    });
    const { body } = request;
    tap?.requestBytes(body.kind === "text" ? Buffer.from(expand(body.text)) : toBodyBytes(body));
    tap?.answerHead(response.status, response.headers);
    tap?.answerBytes(toBodyBytes(response.body));
    tap?.ended(true);
    await settle();
  }
  const settle = async (): Promise<unknown> =>
    until(() => shadow.counts().queued + shadow.counts().running === 0, 60_000);

  return { shadow, lifecycle, lines, spoken, examples, asked, pass, settle };
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
    const fixture = start();
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
    await shadow.close();
    await fixture.lifecycle.close();
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
  const fixture = start({
    database: async () => Promise.reject(new Error("The database is away")),
    authenticator: {
      verifyToken: async () => Promise.reject(new TypeError("a bug")),
      verifyHeader: async () => Promise.reject(new TypeError("a bug")),
    },
  });
  const { shadow, examples, lines, pass } = fixture;
  await pass(recordingOf("chat.send"), "chat.send");
  await shadow.close();
  await fixture.lifecycle.close();
  expect(shadow.counts()).toMatchObject({ compared: 1, failed: 0, defects: 0, heldBytes: 0 });
  expect(examples).toMatchObject([{ legacy: { status: 200 }, native: { status: 500 } }]);
  expect(lines).toEqual([]);
});
