import { expect, test } from "vitest";

import {
  createCircuitBreaker,
  type CircuitBreaker,
  type Permit,
} from "#platform/resilience/circuit-breaker.ts";
import { createManualClock, type ManualClock } from "#support/manual-clock.ts";

const LIMITS = { maxFailures: 5, windowMs: 30_000, openMs: 30_000 };

function setUp(): { breaker: CircuitBreaker; clock: ManualClock; permit: () => Permit } {
  const clock = createManualClock();
  const breaker = createCircuitBreaker(LIMITS, clock);
  const permit = (): Permit => {
    const granted = breaker.acquire();
    if (granted === undefined) throw new Error("No permit");
    return granted;
  };
  return { breaker, clock, permit };
}

function open({ permit }: ReturnType<typeof setUp>): void {
  for (let count = 0; count < 5; count += 1) permit().fail();
}

test("the fifth failure within the window opens it", () => {
  const { breaker, permit } = setUp();
  for (let count = 0; count < 4; count += 1) permit().fail();
  expect(breaker.state).toBe("closed");
  permit().fail();
  expect(breaker.state).toBe("open");
  expect(breaker.acquire()).toBeUndefined();
});

test("a failure counts no longer once the window has passed over it", () => {
  const { breaker, clock, permit } = setUp();
  for (let count = 0; count < 4; count += 1) permit().fail();
  clock.advance(30_000);
  permit().fail();
  expect(breaker.state).toBe("closed");
});

test("successes in between do not take failures back", () => {
  const { breaker, permit } = setUp();
  for (let count = 0; count < 5; count += 1) {
    permit().succeed();
    permit().fail();
  }
  expect(breaker.state).toBe("open");
});

test("a failure of half the weight counts half, and one of none not at all", () => {
  const { breaker, permit } = setUp();
  for (let count = 0; count < 9; count += 1) permit().fail(0.5);
  for (let count = 0; count < 9; count += 1) permit().fail(0);
  expect(breaker.state).toBe("closed");
  permit().fail(0.5);
  expect(breaker.state).toBe("open");
});

test("after its time it lets a single probe through", () => {
  const set = setUp();
  open(set);
  set.clock.advance(29_999);
  expect(set.breaker.acquire()).toBeUndefined();
  set.clock.advance(1);
  expect(set.breaker.state).toBe("half-open");
  set.permit();
  expect(set.breaker.state).toBe("half-open");
  expect(set.breaker.acquire()).toBeUndefined();
});

test("a probe that succeeds closes it, with no failures left in its count", () => {
  const set = setUp();
  open(set);
  set.clock.advance(30_000);
  set.permit().succeed();
  expect(set.breaker.state).toBe("closed");
  for (let count = 0; count < 4; count += 1) set.permit().fail();
  expect(set.breaker.state).toBe("closed");
});

test("a probe that fails opens it for its whole time again", () => {
  const set = setUp();
  open(set);
  set.clock.advance(30_000);
  set.permit().fail();
  expect(set.breaker.state).toBe("open");
  set.clock.advance(29_999);
  expect(set.breaker.acquire()).toBeUndefined();
});

test("a probe whose failure says nothing about the other side closes it", () => {
  const set = setUp();
  open(set);
  set.clock.advance(30_000);
  set.permit().fail(0);
  expect(set.breaker.state).toBe("closed");
});

test("a probe that is given back leaves the next one to another", () => {
  const set = setUp();
  open(set);
  set.clock.advance(30_000);
  set.permit().release();
  expect(set.breaker.state).toBe("half-open");
  set.permit().succeed();
  expect(set.breaker.state).toBe("closed");
});

test("a call from before it opened has no say in what came after", () => {
  const set = setUp();
  const late = set.permit();
  const later = set.permit();
  open(set);
  late.succeed();
  expect(set.breaker.state).toBe("open");
  set.clock.advance(30_000);
  set.permit();
  later.fail();
  expect(set.breaker.state).toBe("half-open");
});

test("only the first report of a permit counts", () => {
  const { breaker, permit } = setUp();
  const one = permit();
  for (let count = 0; count < 9; count += 1) one.fail();
  one.succeed();
  one.release();
  expect(breaker.state).toBe("closed");
});
