import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

import { type FakeProvider, startFakeAnthropic } from "#support/fake-providers.ts";
import { openPam, type PamSocket, USER_ID } from "#support/pam-socket.ts";
import { signToken } from "#support/sign-token.ts";
import { type SpawnedBanyan, spawnBanyan } from "#support/spawn-banyan.ts";
import { until } from "#support/until.ts";

const SECRET = "a-secret-of-the-workers";
const NATIVE = { "pam.ws": true, "pam.chat": true };
const LEGACY = { "pam.ws": false, "pam.chat": false };

const bodySchema = z.looseObject({ messages: z.array(z.looseObject({ role: z.string() })) });
const answerSchema = z.looseObject({ response: z.string() });

let ai: FakeProvider;
let banyan: SpawnedBanyan;
let port: number;

beforeAll(async () => {
  ai = await startFakeAnthropic();
  // Says how many questions of the user it was shown, and so how much of the conversation is known.
  ai.answerBy(({ body }) => {
    const asked = bodySchema.parse(body).messages.filter(({ role }) => role === "user");
    return { kind: "answer", text: `question ${asked.length}` };
  });
  banyan = await spawnBanyan({
    ANTHROPIC_API_KEY: "key-of-a-fake",
    ANTHROPIC_BASE_URL: ai.baseUrl,
    INTERNAL_API_SECRET: SECRET,
  });
  port = Number(banyan.publicUrl.port);
}, 30_000);
afterAll(async () => {
  await banyan[Symbol.asyncDispose]();
  await ai[Symbol.asyncDispose]();
});

interface Asked {
  readonly status: number;
  readonly side: string | null;
  readonly text: string;
}

async function askByRest(userId: string, message: string): Promise<Asked> {
  const answer = await fetch(new URL("/api/v1/pam/chat", banyan.publicUrl), {
    method: "POST",
    headers: {
      authorization: `Bearer ${await signToken({ sub: userId })}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ message }),
  });
  const { response } = answerSchema.parse(await answer.json());
  return { status: answer.status, side: answer.headers.get("x-banyan-side"), text: response };
}

async function askBySocket(socket: PamSocket, message: string): Promise<string> {
  socket.send({ type: "chat", message });
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- frames come one after another
    const frame = await socket.frame();
    if (frame.type !== "ping") return String(frame["message"]);
  }
}

async function flipTo(side: "native" | "legacy"): Promise<void> {
  await banyan.setFlags(side === "native" ? NATIVE : LEGACY);
  await until(async () => {
    const answer = await fetch(new URL("/api/v1/pam/health", banyan.publicUrl));
    await answer.arrayBuffer();
    return answer.headers.get("x-banyan-side") === side;
  });
}

const toUserId = (at: number): string => `77777777-7777-4777-8777-${String(at).padStart(12, "0")}`;

interface Load {
  readonly answers: Asked[];
  stop(): Promise<void>;
}

/** Users who keep asking by REST, a few at a time; each of them asks less often than the limit. */
function startLoad(): Load {
  const answers: Asked[] = [];
  const over = new AbortController();
  let user = 0;
  async function askOn(): Promise<void> {
    while (!over.signal.aborted) {
      user += 1;
      // oxlint-disable-next-line no-await-in-loop -- one after another is the load
      answers.push(await askByRest(toUserId(user % 400), `How far is it, question ${user}?`));
    }
  }
  const running = [askOn(), askOn(), askOn()];
  return {
    answers,
    async stop() {
      over.abort();
      await Promise.all(running);
    },
  };
}

describe("a conversation goes on while its routes flip to the legacy and back, under load", () => {
  let load: Load;
  let native: PamSocket;

  beforeAll(async () => {
    await flipTo("native");
    load = startLoad();
    native = await openPam({ port });
  }, 30_000);
  afterAll(async () => load.stop());

  test("it is one conversation over socket and REST", async () => {
    expect(await askBySocket(native, "Where to?")).toBe("question 1");
    const answer = await askByRest(USER_ID, "And then?");
    expect(answer).toEqual({ status: 200, side: "native", text: "question 2" });
  });

  test("a flip to the legacy reaches what begins from then on, and no socket that is open", async () => {
    await flipTo("legacy");
    expect(await askByRest(USER_ID, "Hello there")).toMatchObject({ status: 200, side: "legacy" });
    expect(await askBySocket(native, "How far is it?")).toBe("question 3");
    const legacy = await openPam({ port });
    expect(await askBySocket(legacy, "Hello there")).toMatch(/^Hello from PAM/u);
    await flipTo("native");
    expect(await askByRest(USER_ID, "And how long?")).toEqual({
      status: 200,
      side: "native",
      text: "question 4",
    });
    expect(await askBySocket(legacy, "Hello there")).toMatch(/^Hello from PAM/u);

    // Both sockets of the user hear of a timer, whichever side they are on.
    const told = await fetch(
      new URL(`/api/v1/pam/internal/notify-timer?x_internal_secret=${SECRET}`, banyan.publicUrl),
      {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          user_id: USER_ID,
          timer_id: "t-1",
          label: "Tea",
          timer_type: "timer",
          message: "Tea is done",
          timestamp: "2030-01-01T00:00:00Z",
        }),
      },
    );
    expect(await told.json()).toMatchObject({ success: true, websocket_connected: true });
    for (const socket of [native, legacy]) {
      // oxlint-disable-next-line no-await-in-loop -- one socket after the other
      expect(await socket.frame()).toMatchObject({ type: "timer_expired", timer_id: "t-1" });
    }
    native.raw.close(1000, "");
    expect(await native.end()).toBe("1000");
    legacy.raw.close(1000, "");
    expect(await legacy.end()).toBe("1000");
  }, 30_000);

  test("and nobody's question is lost", async () => {
    await load.stop();
    const sides = new Set(load.answers.map(({ side }) => side));
    expect(sides).toEqual(new Set(["native", "legacy"]));
    expect(load.answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(load.answers.length).toBeGreaterThan(20);
  });
});
