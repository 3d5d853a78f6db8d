import { once } from "node:events";
import { appendFileSync, globSync, mkdtempDisposableSync, readFileSync, statSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";

import { toRecordedCases } from "#contract-suite/cases/load-suite.ts";
import { openRecorder, type Recorder } from "#contract-suite/record/recorder.ts";
import { openRecordingStore } from "#contract-suite/record/recording-store.ts";
import { toFailureLines } from "#contract-suite/report/pretty.ts";
import { isFailed } from "#contract-suite/report/verdict.ts";
import { loadRecordings } from "#contracts/recordings/load-recordings.ts";
import { systemClock } from "#platform/clock.ts";
import { judge, startStandIn } from "#support/contract-side.ts";
import { loadTestSuite, SUITE_SOURCE } from "#support/contract-suite.ts";

const suite = loadTestSuite();
const smoke = suite.cases.filter(({ tags }) => tags.has("smoke"));

async function openTestRecorder(
  folder: string,
  upstream: URL,
  limits = { maxBytes: 10_000_000, maxOfAKind: 100 },
): Promise<Recorder & { readonly url: URL; readonly said: string[] }> {
  const said: string[] = [];
  const recorder = await openRecorder({
    upstream,
    folder,
    limits,
    matchRoute: SUITE_SOURCE.matchRoute,
    clock: systemClock,
    say: (text) => said.push(text),
  });
  const url = await recorder.listen({ host: "127.0.0.1", port: 0 });
  return { ...recorder, url, said };
}

const linesIn = (folder: string): readonly string[] =>
  globSync("*/*.jsonl", { cwd: folder }).flatMap((name) =>
    readFileSync(join(folder, name), "utf8").trimEnd().split("\n"),
  );

const textIn = (folder: string): string =>
  globSync("**/*.json*", { cwd: folder })
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");

test("clients notice nothing, and every exchange and conversation is written down", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "banyan-"));
  await using standIn = await startStandIn(suite);
  const recorder = await openTestRecorder(folder.path, standIn.url);
  const results = await judge(suite, smoke, { url: recorder.url, side: "legacy" });
  await recorder.close();
  expect(results.filter(isFailed).map(({ case: { id } }) => id)).toEqual([]);
  expect(recorder.said).toEqual([]);

  const recorded = loadRecordings(folder.path);
  const steps = smoke.flatMap((given) => given.steps);
  expect(recorded.http).toHaveLength(steps.filter(({ kind }) => kind === "exchange").length);
  expect(recorded.ws).toHaveLength(steps.filter(({ kind }) => kind === "conversation").length);
  const conversation = recorded.ws.find(({ events }) => events.some(({ kind }) => kind === "send"));
  const times = conversation?.events.map(({ atMs }) => atMs) ?? [];
  expect(times).toEqual(times.toSorted((one, other) => one - other));
});

test("what was recorded holds on the backend that it was recorded from", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "banyan-"));
  await using standIn = await startStandIn(suite);
  const recorder = await openTestRecorder(folder.path, standIn.url);
  const passed = smoke.filter(({ concern }) => ["agentic", "cache", "tts", "ws"].includes(concern));
  await judge(suite, passed, { url: recorder.url, side: "legacy" });
  await recorder.close();
  const recordings = loadRecordings(folder.path);
  const cases = toRecordedCases(recordings, SUITE_SOURCE).filter(
    // The stand-in knows its timers by the ids of their users, which are not on the disk.
    ({ route }) => route !== "ws.dismiss-timer",
  );
  expect(cases.length).toBeGreaterThan(15);
  const live = { ...suite, recordings, cases };
  const results = await judge(live, cases, { url: standIn.url, side: "legacy" });
  expect(results.filter(isFailed).flatMap(toFailureLines).join("\n")).toBe("");
});

test("nothing that could be used reaches the disk", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "banyan-"));
  await using standIn = await startStandIn(suite);
  const recorder = await openTestRecorder(folder.path, standIn.url);
  await judge(suite, smoke, { url: recorder.url, side: "legacy" });
  await recorder.close();
  const text = textIn(folder.path);
  expect(text).toContain("{{token:live-");
  expect(text).not.toMatch(/eyJ[\w-]+\.eyJ/);
  expect(text).not.toContain("11111111-1111-4111-8111-111111111111");
});

test("a run goes on where another was cut off in mid-line", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "banyan-"));
  await using standIn = await startStandIn(suite);
  const ping = smoke.filter(({ id }) => id === "cache.status/happy" || id === "ws/ping");
  const record = async (): Promise<void> => {
    const recorder = await openTestRecorder(folder.path, standIn.url);
    await judge(suite, ping, { url: recorder.url, side: "legacy" });
    await recorder.close();
  };
  await record();
  appendFileSync(join(folder.path, "http/cache.jsonl"), '{"id":"cache/li');
  await record();
  const recorded = loadRecordings(folder.path);
  expect(recorded.http.map(({ id }) => id)).toEqual(["cache/live-1", "cache/live-2"]);
  expect(recorded.ws).toHaveLength(2);
});

test("the disk has a bound, and so has what is written of a kind", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "banyan-"));
  await using standIn = await startStandIn(suite);
  const happy = smoke.filter(({ id }) => id === "cache.status/happy");
  const first = await openTestRecorder(folder.path, standIn.url, { maxBytes: 1e6, maxOfAKind: 2 });
  await judge(suite, [...happy, ...happy, ...happy], { url: first.url, side: "legacy" });
  await first.close();
  expect(first.store).toMatchObject({ written: 2, dropped: 1 });
  const { size } = statSync(join(folder.path, "http/cache.jsonl"));
  const second = await openTestRecorder(folder.path, standIn.url, {
    maxBytes: size,
    maxOfAKind: 9,
  });
  await judge(suite, happy, { url: second.url, side: "legacy" });
  await second.close();
  expect(second.store).toMatchObject({ written: 0, dropped: 1 });
  expect(linesIn(folder.path)).toHaveLength(2);
});

test("a malformed query is recorded, and so is what follows it", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "banyan-"));
  await using standIn = await startStandIn(suite);
  const recorder = await openTestRecorder(folder.path, standIn.url);
  for (const target of ["/api/v1/pam/health?token=%zz", "/api/v1/pam/nothing/a%40b.org/x"]) {
    // oxlint-disable-next-line no-await-in-loop -- the second comes after the first
    await (await fetch(recorder.url.origin + target)).arrayBuffer();
  }
  await recorder.close();
  expect(recorder.said).toEqual([]);
  expect(
    loadRecordings(folder.path)
      .http.map(({ request }) => request.target)
      .toSorted(),
  ).toEqual(["/api/v1/pam/health?token=[redacted]", "/api/v1/pam/nothing/user@example.com/x"]);
});

test("a line that cannot be made keeps no other from the disk", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "banyan-"));
  const limits = { maxBytes: 1_000, maxOfAKind: 9 };
  const store = await openRecordingStore({ folder: folder.path, limits, tokens: new Map() });
  const failed = store.write("http/x", "x", () => {
    throw new Error("No line");
  });
  await expect(failed).rejects.toThrow("No line");
  await store.write("http/x", "x", (number) => ({ number }));
  await store.close();
  expect(linesIn(folder.path)).toEqual(['{"number":1}']);
});

test.each([
  ["without a code", 1005, (socket: WebSocket) => socket.close()],
  ["by dropping the connection", 1006, (socket: WebSocket) => socket.terminate()],
] as const)("a client that leaves %s is replayed like that", async (_, code, leave) => {
  const upstream = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(upstream, "listening");
  const { port } = upstream.address() as AddressInfo;
  const backend = new URL(`http://127.0.0.1:${port}`);
  using folder = mkdtempDisposableSync(join(tmpdir(), "banyan-"));
  const recorder = await openTestRecorder(folder.path, backend);
  const arrived = once(upstream, "connection") as Promise<[WebSocket]>;
  const socket = new WebSocket(`ws://${recorder.url.host}/api/v1/pam/ws/u`);
  const [[peer]] = await Promise.all([arrived, once(socket, "open")]);
  const gone = once(peer, "close");
  leave(socket);
  await gone;
  await recorder.close();
  const recordings = loadRecordings(folder.path);
  expect(recordings.ws[0]?.events.at(-1)).toMatchObject({ kind: "close", code, by: "client" });
  const cases = toRecordedCases(recordings, SUITE_SOURCE);
  const results = await judge({ ...suite, recordings, cases }, cases, {
    url: backend,
    side: "legacy",
  });
  for (const client of upstream.clients) client.terminate();
  upstream.close();
  expect(cases).toHaveLength(1);
  expect(results.filter(isFailed).flatMap(toFailureLines).join("\n")).toBe("");
});

test("a stream passes as it comes, and is recorded with its times", async () => {
  const go = Promise.withResolvers<void>();
  const upstream = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).write("data: one\n\n");
    void go.promise.then(() => response.end("data: two\n\n"));
  });
  upstream.listen(0, "127.0.0.1");
  await once(upstream, "listening");
  using folder = mkdtempDisposableSync(join(tmpdir(), "banyan-"));
  const { port } = upstream.address() as AddressInfo;
  const recorder = await openTestRecorder(folder.path, new URL(`http://127.0.0.1:${port}`));
  const sent = httpRequest(new URL("/api/v1/pam/health", recorder.url)).end();
  const [response] = (await once(sent, "response")) as [NodeJS.ReadableStream];
  const [first] = (await once(response, "data")) as [Buffer];
  // The second event does not exist yet: who waits for a whole body would wait for ever.
  expect(first.toString()).toBe("data: one\n\n");
  go.resolve();
  await once(response, "end");
  await recorder.close();
  upstream.close();
  const [recorded] = loadRecordings(folder.path).http;
  expect(recorded?.response.body).toEqual({ kind: "text", text: "data: one\n\ndata: two\n\n" });
  expect(recorded?.response.parts?.map(([, length]) => length)).toEqual([11, 11]);
});

test("a body that is too long to keep passes whole and leaves its length", async () => {
  const body = Buffer.alloc(3 * 1024 * 1024, "a");
  const upstream = createServer((_request, response) => response.end(body));
  upstream.listen(0, "127.0.0.1");
  await once(upstream, "listening");
  using folder = mkdtempDisposableSync(join(tmpdir(), "banyan-"));
  const { port } = upstream.address() as AddressInfo;
  const recorder = await openTestRecorder(folder.path, new URL(`http://127.0.0.1:${port}`));
  const response = await fetch(new URL("/x", recorder.url));
  expect((await response.arrayBuffer()).byteLength).toBe(body.length);
  await recorder.close();
  upstream.close();
  const [recorded] = loadRecordings(folder.path).http;
  expect(recorded?.response.body).toMatchObject({ kind: "omitted", length: body.length });
});

test("an upstream that cannot be reached is a 502 to the client, and nothing is recorded", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "banyan-"));
  const recorder = await openTestRecorder(folder.path, new URL("http://127.0.0.1:9"));
  expect((await fetch(new URL("/x", recorder.url))).status).toBe(502);
  await recorder.close();
  expect(recorder.said).toHaveLength(1);
  expect(linesIn(folder.path)).toEqual([]);
});
