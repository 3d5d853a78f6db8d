import { expect, test } from "vitest";

import type { HttpRecording } from "#contracts/recordings/recording.ts";
import { findRecording, startShadow } from "#support/shadow-side.ts";

/** As legacy answered, but for what a test has it answer instead. */
function answering(
  id: string,
  { status, change = {} }: { readonly status?: number; readonly change?: object },
): HttpRecording {
  const recording = findRecording(id);
  const { body } = recording.response;
  if (body.kind !== "text") throw new TypeError(`The body of "${id}" is no text`);
  const text = JSON.stringify({ ...JSON.parse(body.text), ...change });
  const response = {
    ...recording.response,
    status: status ?? recording.response.status,
    body: { kind: "text", text } as const,
  };
  return { ...recording, response };
}

/** What of one shadowed request was found and is decided, and what is not. */
async function judge(recording: HttpRecording, routeId: string) {
  const side = startShadow({
    database: async () => Promise.reject(new Error("There is no database here")),
  });
  await side.pass(recording, routeId);
  await side.close();
  const found = side.examples.flatMap(({ differences }) => differences);
  return {
    native: side.examples.map(({ native }) => native),
    decided: found.filter(({ explainedBy }) => explainedBy !== undefined).map(({ path }) => path),
    open: found.filter(({ explainedBy }) => explainedBy === undefined).map(({ path }) => path),
  };
}

const DECIDED = ["/headers/server", "/headers/content-security-policy", "/headers/expires"];

test("an ordinary answer of the chat differs in what was decided, and in nothing else", async () => {
  const { open, decided } = await judge(findRecording("chat/happy"), "chat.send");
  expect(open).toEqual([]);
  expect(decided).toEqual(expect.arrayContaining(DECIDED));
});

test.each([
  ["a field that native has otherwise", { intent: "trip_planning" }, ["/body/intent"]],
  ["a field that native leaves out", { mood: "glad" }, ["/body/mood"]],
  ["a list that native leaves empty", { actions: [{ type: "navigate" }] }, ["/body/actions"]],
  ["another profile", { context_updates: { profile_used: "vip" } }, ["/body/context_updates"]],
])("%s in the body of a chat is no decision", async (_, change, paths) => {
  const { open, decided } = await judge(answering("chat/happy", { change }), "chat.send");
  expect(open.length).toBeGreaterThan(0);
  for (const path of open) expect(paths.some((root) => path.startsWith(root))).toBe(true);
  expect(decided).toEqual(expect.arrayContaining(DECIDED));
});

test("native's answer is decided where legacy fails, and is none where legacy answers", async () => {
  const failed = findRecording("rate-limits/happy");
  expect(await judge(failed, "security.rate-limits")).toMatchObject({
    open: [],
    decided: ["/status"],
  });
  const healed = answering("rate-limits/happy", { status: 200 });
  const { open, decided } = await judge(healed, "security.rate-limits");
  expect(open).toContain("/body/rate_limits");
  expect(decided).not.toContain("/status");
});

test("another refusal of legacy's than the one that was decided upon explains nothing", async () => {
  const refused = answering("chatx/script", {});
  expect(await judge(refused, "chat.send")).toMatchObject({ open: [] });
  const other = answering("chatx/script", { change: { location: undefined, detail: "No" } });
  const { open } = await judge(other, "chat.send");
  expect(open).toContain("/status");
});
