import { expect, test } from "vitest";

import {
  isOverThreshold,
  VIOLATION_EXPIRY_MS,
  type ViolationStore,
} from "#pam/safety/violations/violation-store.ts";

export interface ViolationStoreFixture extends AsyncDisposable {
  readonly store: ViolationStore;
  /** Lets this much time pass for the store. */
  advance(ms: number): Promise<void>;
}

/** What every store of violations does, whatever keeps them. */
export function describeViolationStore(open: () => Promise<ViolationStoreFixture>): void {
  test("each kind of each user is counted for itself", async () => {
    await using fixture = await open();
    const { store } = fixture;
    expect(await store.record("u1", "PROMPT_INJECTION")).toBe(1);
    expect(await store.record("u1", "PROMPT_INJECTION")).toBe(2);
    expect(await store.record("u1", "SUSPICIOUS_MESSAGE")).toBe(1);
    expect(await store.record("u2", "PROMPT_INJECTION")).toBe(1);
  });

  test("the fifth of a kind and every later one is over the threshold", async () => {
    await using fixture = await open();
    const { store } = fixture;
    const over: boolean[] = [];
    for (let turn = 0; turn < 6; turn += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      over.push(isOverThreshold(await store.record("u1", "VALIDATION_FAILURE")));
    }
    expect(over).toEqual([false, false, false, false, true, true]);
  });

  test("counts made at once are all counted", async () => {
    await using fixture = await open();
    const counts = await Promise.all(
      Array.from({ length: 20 }, async () => fixture.store.record("u1", "SECURITY_ERROR")),
    );
    expect(counts.toSorted((left, right) => left - right)).toEqual(
      Array.from({ length: 20 }, (_, at) => at + 1),
    );
  });

  test("a user's counts are forgotten a day after their last violation of any kind", async () => {
    await using fixture = await open();
    const { store } = fixture;
    await store.record("u1", "PROMPT_INJECTION");
    await fixture.advance(VIOLATION_EXPIRY_MS - 60_000);
    await store.record("u1", "SUSPICIOUS_MESSAGE");
    await fixture.advance(VIOLATION_EXPIRY_MS - 60_000);
    expect(await store.record("u1", "PROMPT_INJECTION")).toBe(2);
    await fixture.advance(VIOLATION_EXPIRY_MS);
    expect(await store.top(10)).toEqual([]);
    expect(await store.record("u1", "PROMPT_INJECTION")).toBe(1);
  });

  test("the highest counts are listed first", async () => {
    await using fixture = await open();
    const { store } = fixture;
    await store.record("u:1", "PROMPT_INJECTION");
    await store.record("u:1", "VALIDATION_FAILURE");
    await store.record("u:1", "VALIDATION_FAILURE");
    for (let turn = 0; turn < 3; turn += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await store.record("u2", "REST_SUSPICIOUS_MESSAGE");
    }
    expect(await store.top(2)).toEqual([
      { userId: "u2", event: "REST_SUSPICIOUS_MESSAGE", count: 3 },
      { userId: "u:1", event: "VALIDATION_FAILURE", count: 2 },
    ]);
  });

  test("clearing forgets everyone", async () => {
    await using fixture = await open();
    await fixture.store.record("u1", "PROMPT_INJECTION");
    await fixture.store.clear();
    expect(await fixture.store.top(10)).toEqual([]);
    expect(await fixture.store.record("u1", "PROMPT_INJECTION")).toBe(1);
  });
}
