import { expect, test } from "vitest";

import { createHeldInstances } from "#pam/store/held-instances.ts";
import type { DatedMessage } from "#pam/store/index.ts";
import { createManualClock } from "#support/manual-clock.ts";

const says = (text: string): DatedMessage => ({ role: "user", text, id: `id-${text}`, atMs: 1 });
const unsaved = (text: string, fence = 0) => ({ fence, message: says(text) });

test("what nobody knows is not brought into being by looking at it", () => {
  const held = createHeldInstances(createManualClock());
  held.settle("u1", { isForgotten: false, state: {}, messages: [] });
  held.withdraw("u1", ["id-a"]);
  held.liftFences("u1");
  expect(held.read("u1")).toEqual({ state: {}, history: [] });
  expect(held.unsavedOf("u1")).toBeUndefined();
});

test("what came while a save was under way stays unsaved", () => {
  const held = createHeldInstances(createManualClock());
  held.append("u1", [unsaved("a", 3)]);
  held.update("u1", { language: "es" });
  const saved = held.unsavedOf("u1");
  held.append("u1", [unsaved("b", 4)]);
  held.update("u1", { lastActivityMs: 5 });
  if (saved !== undefined) held.settle("u1", saved);
  expect(held.unsavedOf("u1")).toEqual({
    isForgotten: false,
    state: { language: "es", lastActivityMs: 5 },
    messages: [unsaved("b", 4)],
  });
});

test("what a shared store has comes first, and what it has not goes on top", () => {
  const held = createHeldInstances(createManualClock());
  held.update("u1", { language: "es" });
  held.append("u1", [unsaved("a"), unsaved("b")]);
  held.adopt("u1", {
    state: { language: "en", lastActivityMs: 5 },
    history: [says("before"), says("a")],
  });
  expect(held.read("u1")).toEqual({
    state: { language: "es", lastActivityMs: 5 },
    history: [says("before"), says("a"), says("b")],
  });
});

test("of a user who was forgotten nothing is taken back from a shared store", () => {
  const held = createHeldInstances(createManualClock());
  held.append("u1", [unsaved("a")]);
  held.forget("u1");
  held.append("u1", [unsaved("b")]);
  held.adopt("u1", { state: { language: "en" }, history: [says("a")] });
  expect(held.read("u1")).toEqual({ state: {}, history: [says("b")] });
  expect(held.unsavedOf("u1")).toMatchObject({ isForgotten: true, messages: [unsaved("b")] });
});

test("no more than 20 messages wait to be saved", () => {
  const held = createHeldInstances(createManualClock());
  for (let at = 0; at < 30; at += 1) held.append("u1", [unsaved(String(at))]);
  expect(held.unsavedOf("u1")?.messages.map(({ message }) => message.id)).toEqual(
    Array.from({ length: 20 }, (_, at) => `id-${at + 10}`),
  );
});
