import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";

import { afterEach, beforeEach, expect, test } from "vitest";

import { type AdminListener, openAdminListener } from "#admin/admin-listener.ts";
import { type AdminSide, createAdminSide } from "#support/admin-side.ts";
import { exchangeRecord } from "#support/exchange-record.ts";
import { until } from "#support/until.ts";

let side: AdminSide;
let listener: AdminListener;

beforeEach(async () => {
  side = createAdminSide();
  listener = await openAdminListener(side.app, { host: "127.0.0.1", port: 0 });
});
afterEach(async () => listener.close());

interface Watcher {
  readonly response: IncomingMessage;
  readonly text: () => string;
  /** The data of each event of that name, in their order. */
  readonly told: (event: string) => readonly { routes: readonly { id: string }[] }[];
  readonly ended: Promise<void>;
}

async function watch(): Promise<Watcher> {
  const request = get(new URL("/api/events", listener.url));
  const [response]: IncomingMessage[] = await once(request, "response");
  if (response === undefined) throw new TypeError("There was no answer");
  let text = "";
  response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  response.on("error", () => {});
  const ended = Promise.withResolvers<void>();
  response.on("close", ended.resolve);
  return {
    response,
    text: () => text,
    told: (event) =>
      text
        .split("\n\n")
        .filter((frame) => frame.includes(`event: ${event}\n`))
        .map((frame) => JSON.parse(frame.split("data: ")[1] ?? "")),
    ended: ended.promise,
  };
}

async function first(watcher: Watcher): Promise<void> {
  await until(() => watcher.told("snapshot").length === 1);
}

/** Lets a second go by, and what is told for it be written. */
async function second(): Promise<void> {
  const { pendingTimers } = side.time;
  side.time.advance(1_000);
  await until(() => side.time.pendingTimers >= pendingTimers);
}

test("a page is told everything first, then only what changed, and nothing where nothing did", async () => {
  const watcher = await watch();
  expect(watcher.response.headers["content-type"]).toContain("text/event-stream");
  await first(watcher);
  // The first look at the census comes after the first answer.
  await second();
  await until(() => watcher.told("change").length === 1);
  await second();
  await second();
  side.flags.turn("pam.chat.health", "on");
  await second();
  await until(() => watcher.told("change").length > 1);
  side.observer.requestEnded(exchangeRecord());
  side.observer.requestEnded(exchangeRecord());
  await second();
  await until(() => watcher.told("change").length > 2);
  const changes = watcher.told("change").slice(1);
  expect(changes.map(({ routes }) => routes.map(({ id }) => id))).toEqual([
    ["chat.health"],
    ["chat.health"],
  ]);
});

test("a silent stream has a heartbeat", async () => {
  const watcher = await watch();
  await first(watcher);
  for (let count = 0; count < 16; count += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one second after the other
    await second();
  }
  await until(() => watcher.text().includes(": still here"));
  expect(watcher.told("snapshot")).toHaveLength(1);
});

test("a drain is told, and ends the stream", async () => {
  const watcher = await watch();
  await first(watcher);
  side.isDraining = true;
  side.time.advance(1_000);
  await watcher.ended;
  expect(watcher.told("change")[0]).toMatchObject({ readiness: { status: "draining" } });
  expect(watcher.told("end")).toHaveLength(1);
});

test("only so many can look on, and one that left makes room", async () => {
  const watchers = await Promise.all(Array.from({ length: 32 }, watch));
  await Promise.all(watchers.map(first));
  const refused = await fetch(new URL("/api/events", listener.url));
  expect(refused.status).toBe(503);
  await refused.body?.cancel();
  watchers[0]?.response.destroy();
  await until(async () => {
    const again = await fetch(new URL("/api/events", listener.url));
    await again.body?.cancel();
    return again.ok;
  });
});

test("nothing is read while nobody looks", async () => {
  const before = side.time.pendingTimers;
  const watcher = await watch();
  await first(watcher);
  expect(side.time.pendingTimers).toBe(before + 1);
  watcher.response.destroy();
  await until(() => {
    side.time.advance(1_000);
    return side.time.pendingTimers === before;
  });
});
