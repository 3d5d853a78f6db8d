import { expect, test } from "vitest";

import type { FlagValue } from "#platform/flags/index.ts";
import { toChatAnswer } from "#support/chat-legacy.ts";
import { type HandoffSide, startHandoffSide } from "#support/handoff-side.ts";
import { signToken } from "#support/sign-token.ts";

const USER = "11111111-1111-4111-8111-111111111111";

async function ask({ listener }: HandoffSide, message: string): Promise<string | null> {
  const response = await fetch(new URL("/api/v1/pam/chat", listener.url), {
    method: "POST",
    headers: {
      authorization: `Bearer ${await signToken()}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ message }),
  });
  await response.arrayBuffer();
  return response.headers.get("x-banyan-side");
}

test("a flip does not reach into a turn: it ends on its side, holds nobody up, and is kept whole", async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const routeFlags: Record<string, FlagValue> = {};
  await using side = await startHandoffSide({
    routeFlags,
    onRequest(request, response) {
      request.resume();
      asked.resolve();
      void answer.promise.then(() => response.end(toChatAnswer("at last")));
    },
  });

  const underWay = ask(side, "slow");
  await asked.promise;
  routeFlags["pam.chat"] = "on";
  expect(await ask(side, "meanwhile")).toBe("native");
  answer.resolve();

  expect(await underWay).toBe("legacy");
  await side.counted("kept");
  const { history } = await side.store.read(USER);
  expect(history.slice(-2)).toMatchObject([
    { role: "user", text: "slow" },
    { role: "assistant", text: "at last" },
  ]);
  expect(side.legacy.heard).toHaveLength(1);
});

test("a native turn that goes on is not written into: the legacy's comes after it", async () => {
  await using side = await startHandoffSide();
  const lease = await side.store.beginTurn({ userId: USER }, AbortSignal.timeout(10_000));
  await ask(side, "by the way");
  await side.store.append(lease, [
    { role: "user", text: "natively" },
    { role: "assistant", text: "yes" },
  ]);
  await lease[Symbol.asyncDispose]();
  expect(await side.saidBy(USER, 4)).toEqual([
    "user: natively",
    "assistant: yes",
    "user: by the way",
    "assistant: You said by the way",
  ]);
});

test("on the way back the legacy gets the client's own bytes, and nothing that was said natively", async () => {
  const bodies: string[] = [];
  await using side = await startHandoffSide({
    onRequest(request, response) {
      request.setEncoding("utf8").on("data", (text: string) => bodies.push(text));
      request.once("end", () => response.end(toChatAnswer("welcome back")));
    },
  });
  const lease = await side.store.beginTurn({ userId: USER }, AbortSignal.timeout(10_000));
  await side.store.append(lease, [
    { role: "user", text: "natively" },
    { role: "assistant", text: "yes" },
  ]);
  await lease[Symbol.asyncDispose]();

  await ask(side, "back");
  expect(bodies).toEqual(['{"message":"back"}']);
  expect(await side.saidBy(USER, 4)).toEqual([
    "user: natively",
    "assistant: yes",
    "user: back",
    "assistant: welcome back",
  ]);
});
