import { expect, test } from "vitest";

import { createVerifiedTokens } from "#platform/verified-tokens.ts";
import { createManualClock } from "#support/manual-clock.ts";

const START_MS = 1_800_000_000_000;
const LATE_S = START_MS / 1000 + 100_000;
const ada = { userId: "ada", role: "authenticated" };

test("a token is known by all of its characters", () => {
  const tokens = createVerifiedTokens(createManualClock(START_MS));
  tokens.keep("a.b.c", ada, LATE_S);
  expect(tokens.principalOf("a.b.c")).toEqual(ada);
  expect(tokens.principalOf("a.b.d")).toBeUndefined();
});

test("no token is known past its expiry", () => {
  const clock = createManualClock(START_MS);
  const tokens = createVerifiedTokens(clock);
  tokens.keep("t", ada, START_MS / 1000 + 10);
  clock.advance(9_999);
  expect(tokens.principalOf("t")).toEqual(ada);
  clock.advance(1);
  expect(tokens.principalOf("t")).toBeUndefined();
});

test("a token is verified anew every five minutes, however long it lives", () => {
  const clock = createManualClock(START_MS);
  const tokens = createVerifiedTokens(clock);
  tokens.keep("t", ada, LATE_S);
  clock.advance(299_999);
  expect(tokens.principalOf("t")).toEqual(ada);
  clock.advance(1);
  expect(tokens.principalOf("t")).toBeUndefined();
});

test("beyond the bound the token that was not seen for longest is forgotten", () => {
  const tokens = createVerifiedTokens(createManualClock(START_MS), 2);
  tokens.keep("first", ada, LATE_S);
  tokens.keep("second", ada, LATE_S);
  tokens.principalOf("first");
  tokens.keep("third", ada, LATE_S);
  expect(tokens.principalOf("second")).toBeUndefined();
  expect(tokens.principalOf("first")).toEqual(ada);
  expect(tokens.principalOf("third")).toEqual(ada);
});
