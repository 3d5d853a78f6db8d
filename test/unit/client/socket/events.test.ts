import { expect, test } from "vitest";

import { createEvents } from "#client/socket/events.ts";

const OPEN = { kind: "state", state: { kind: "open" } } as const;

test("a listener that throws keeps nothing from the others", () => {
  const faults: unknown[] = [];
  const told: string[] = [];
  const { emit, subscribe } = createEvents((error) => faults.push(error));
  const fault = new Error("A page's own");
  subscribe(() => {
    throw fault;
  });
  subscribe(({ kind }) => told.push(kind));
  emit(OPEN);
  expect([told, faults]).toEqual([["state"], [fault]]);
});

test("the same listener may listen twice, and leaves once for each", () => {
  const told: string[] = [];
  const { emit, subscribe } = createEvents();
  const listener = ({ kind }: { kind: string }): void => void told.push(kind);
  const leave = subscribe(listener);
  subscribe(listener);
  leave();
  leave();
  emit(OPEN);
  expect(told).toEqual(["state"]);
});
