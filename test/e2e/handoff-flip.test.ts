import { once } from "node:events";

import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";

import { readFrame, startChatLegacy } from "#support/chat-legacy.ts";
import { type FakeRequest, startFakeOpenAi } from "#support/fake-providers.ts";
import { signToken } from "#support/sign-token.ts";
import { type SpawnedBanyan, spawnBanyan } from "#support/spawn-banyan.ts";
import { until } from "#support/until.ts";

const USER = "11111111-1111-4111-8111-111111111111";
const HANDED_OVER = { "pam.handoff": true };

const messages = z.array(z.looseObject({ role: z.string(), content: z.string() }));
/** What a model was told, but for its instructions. */
const told = (request: FakeRequest | undefined): readonly string[] =>
  messages
    .parse(request?.body["messages"])
    .flatMap(({ role, content }) =>
      role === "system" || role === "developer" ? [] : [`${role}: ${content}`],
    );

async function chat(banyan: SpawnedBanyan, message: string): Promise<string> {
  const response = await fetch(new URL("/api/v1/pam/chat", banyan.publicUrl), {
    method: "POST",
    headers: {
      authorization: `Bearer ${await signToken()}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ message }),
  });
  expect(response.status).toBe(200);
  const answer = z.looseObject({ response: z.string() }).parse(await response.json());
  return `${response.headers.get("x-banyan-side")}: ${answer.response}`;
}

async function keptOf(banyan: SpawnedBanyan): Promise<number> {
  const metrics = await (await fetch(new URL("/metrics", banyan.adminUrl))).text();
  return Number(/^banyan_handoff_total\{outcome="kept"\} (\d+)$/mu.exec(metrics)?.[1]);
}

async function goesTo(banyan: SpawnedBanyan, side: string): Promise<void> {
  await until(async () => {
    const answer = await fetch(new URL("/api/v1/pam/health", banyan.publicUrl));
    await answer.arrayBuffer();
    return answer.headers.get("x-banyan-side") === side;
  });
}

test("a user who flips goes on in the same conversation and language, there and back again", async () => {
  await using legacy = await startChatLegacy();
  await using openAi = await startFakeOpenAi();
  openAi.script({ kind: "answer", text: "natively" });
  await using banyan = await spawnBanyan({
    LEGACY_URL: legacy.origin.href,
    OPENAI_API_KEY: "key-of-a-fake",
    OPENAI_BASE_URL: openAi.baseUrl,
  });
  await banyan.setFlags(HANDED_OVER);
  await until(async () => {
    const flags = await (await fetch(new URL("/api/flags", banyan.adminUrl))).text();
    return flags.includes("pam.handoff");
  });
  await chat(banyan, "hello");
  await until(async () => (await keptOf(banyan)) === 1);

  const url = new URL(`/api/v1/pam/ws/${USER}?token=${await signToken()}`, banyan.publicUrl);
  const socket = new WebSocket(url.href.replace("http", "ws"));
  const answers: unknown[] = [];
  socket.on("message", (data) => {
    const { type, message } = readFrame(data);
    if (type === "chat_response") answers.push(message);
  });
  await once(socket, "open");
  const say = (message: string): void =>
    socket.send(JSON.stringify({ type: "chat", message, context: { language: "fr" } }));
  say("by socket");
  await until(async () => (await keptOf(banyan)) === 2);
  expect(answers).toEqual(["You said by socket"]);

  await banyan.setFlags({ ...HANDED_OVER, "pam.chat": true });
  await goesTo(banyan, "native");
  expect(await chat(banyan, "and now")).toBe("native: natively");
  expect(told(openAi.requests.at(-1)).slice(-5)).toEqual([
    "user: hello",
    "assistant: You said hello",
    "user: by socket",
    "assistant: You said by socket",
    "user: and now",
  ]);
  expect(JSON.stringify(openAi.requests.at(-1)?.body["messages"])).toContain("Answer in French");

  // An open socket stays on its side, and what is said on it is part of the same conversation.
  say("still here");
  await until(async () => (await keptOf(banyan)) === 3);
  expect(answers).toEqual(["You said by socket", "You said still here"]);

  // The way back: the legacy gets what the client sends and nothing of what was said meanwhile.
  await banyan.setFlags(HANDED_OVER);
  await goesTo(banyan, "legacy");
  expect(await chat(banyan, "back")).toBe("legacy: You said back");
  await until(async () => (await keptOf(banyan)) === 4);

  await banyan.setFlags({ ...HANDED_OVER, "pam.chat": true });
  await goesTo(banyan, "native");
  expect(await chat(banyan, "again")).toBe("native: natively");
  expect(told(openAi.requests.at(-1)).slice(-7)).toEqual([
    "user: and now",
    "assistant: natively",
    "user: still here",
    "assistant: You said still here",
    "user: back",
    "assistant: You said back",
    "user: again",
  ]);
  socket.close();
  await once(socket, "close");
});
