import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { type Answering, toChatAnswer } from "#support/chat-legacy.ts";
import { type HandoffSide, startHandoffSide } from "#support/handoff-side.ts";
import { signToken, TOKEN_SECRET } from "#support/sign-token.ts";

const USER = "11111111-1111-4111-8111-111111111111";
const OTHER = "22222222-2222-4222-8222-222222222222";

let side: HandoffSide;
let answering: Answering | undefined;

beforeEach(async () => {
  answering = undefined;
  side = await startHandoffSide();
});
afterEach(async () => side[Symbol.asyncDispose]());

const withAnswer = async (onRequest: Answering): Promise<void> => {
  await side[Symbol.asyncDispose]();
  answering = onRequest;
  side = await startHandoffSide({ onRequest: answering });
};

async function post(
  body: string | object,
  { token, headers = {} }: { token?: string | undefined; headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(new URL("/api/v1/pam/chat", side.listener.url), {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "accept-encoding": "identity",
      authorization: `Bearer ${token ?? (await signToken())}`,
      ...headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

test("turns are kept in their order, in the words that a native turn would have got", async () => {
  await (await post({ message: "fish & chips" })).text();
  await (await post({ message: "  and   <b>peas</b>" })).text();
  expect(await side.saidBy(USER, 4)).toEqual([
    "user: fish &amp;amp; chips",
    "assistant: You said fish & chips",
    "user: and peas",
    "assistant: You said   and   <b>peas</b>",
  ]);
  expect(await side.countOf("kept")).toBe(2);
});

test("a compressed answer is kept as well", async () => {
  const response = await post({ message: "hello" }, { headers: { "accept-encoding": "gzip" } });
  expect(response.headers.get("content-encoding")).toBe("gzip");
  expect(await response.json()).toMatchObject({ response: "You said hello" });
  expect(await side.saidBy(USER, 2)).toContain("assistant: You said hello");
});

test("language and context are kept with the turn, and what was known stays", async () => {
  await side.store.update(USER, { context: { vehicle_info: { name: "Unimog" } } });
  const context = {
    language: "fr",
    user_location: { lat: -27.5, lng: 153 },
    userLocation: { lat: -33.9, lng: 151.2 },
    timezone: "Australia/Sydney",
    unheard: ["of"],
  };
  await post({ message: "hello", context });
  await side.counted("kept");
  const { state } = await side.store.read(USER);
  expect(state).toMatchObject({
    language: "fr",
    context: {
      user_location: { lat: -33.9, lng: 151.2 },
      timezone: "Australia/Sydney",
      vehicle_info: { name: "Unimog" },
    },
  });
  expect(state.lastActivityMs).toBeGreaterThan(0);
});

describe("nothing is kept", () => {
  test("while the flag is off for the cohort", async () => {
    side.flags.turn("pam.handoff", "off");
    await (await post({ message: "hello" })).text();
    side.flags.turn("pam.handoff", "on");
    await (await post({ message: "again" })).text();
    expect(await side.saidBy(USER, 2)).toEqual(["user: again", "assistant: You said again"]);
  });

  test.each([
    ["forged", async () => signToken({}, `other-${TOKEN_SECRET}`)],
    ["expired", async () => signToken({ exp: 1_700_000_001 })],
    ["for another audience", async () => signToken({ aud: "anon" })],
  ])("under a token that is %s, which the legacy takes", async (_, token) => {
    const response = await post({ message: "hello" }, { token: await token() });
    expect(response.status).toBe(200);
    await side.counted("unverified");
    expect((await side.store.read(USER)).history).toEqual([]);
  });

  test("under the name that a body claims", async () => {
    await post({ message: "hello", user_id: OTHER });
    await side.counted("kept");
    expect((await side.store.read(OTHER)).history).toEqual([]);
    expect((await side.store.read(USER)).history).toHaveLength(2);
  });

  test.each<readonly [string, Answering]>([
    ["a refusal", (_, response) => response.writeHead(422).end('{"detail":[]}')],
    [
      "an apology",
      (_, response) =>
        response.end(
          toChatAnswer("I'm having trouble processing your request right now. Please try again."),
        ),
    ],
    [
      "a failure told as an answer",
      (_, response) =>
        response.end(toChatAnswer("Sorry", { actions: [{ type: "error", content: "400" }] })),
    ],
  ])("of %s", async (_, onRequest) => {
    await withAnswer((request, response) => {
      request.resume();
      onRequest(request, response);
    });
    await (await post({ message: "hello" })).text();
    await side.counted("no-turn");
    expect((await side.store.read(USER)).history).toEqual([]);
  });

  test("of an answer that broke off", async () => {
    await withAnswer((request, response) => {
      request.resume();
      response.writeHead(200, { "content-length": 1_000 });
      response.write(toChatAnswer("half"), () => response.destroy());
    });
    await expect(post({ message: "hello" }).then(async (answer) => answer.text())).rejects.toThrow(
      "terminated",
    );
    await side.counted("no-turn");
    expect((await side.store.read(USER)).history).toEqual([]);
  });
});
