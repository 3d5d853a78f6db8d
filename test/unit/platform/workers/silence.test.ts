import { expect, test } from "vitest";

import {
  findSilent,
  FIRST_WORD_LIMIT_MS,
  type LastHeard,
  SILENCE_LIMIT_MS,
} from "#platform/workers/silence.ts";

const NOW_MS = 100_000;

const heard = (workerId: number, agoMs: number, hasSpoken = true): LastHeard => ({
  workerId,
  atMs: NOW_MS - agoMs,
  hasSpoken,
});

test("who was heard within the limit is left alone, who was not is found, with how long it is silent", () => {
  const found = findSilent(
    [heard(1, 0), heard(2, SILENCE_LIMIT_MS - 1), heard(3, SILENCE_LIMIT_MS), heard(4, 50_000)],
    NOW_MS,
  );
  expect(found).toEqual([
    { workerId: 3, silentMs: SILENCE_LIMIT_MS },
    { workerId: 4, silentMs: 50_000 },
  ]);
});

test("who has not said its first word has longer for it", () => {
  const found = findSilent(
    [
      heard(1, SILENCE_LIMIT_MS, false),
      heard(2, FIRST_WORD_LIMIT_MS - 1, false),
      heard(3, FIRST_WORD_LIMIT_MS, false),
    ],
    NOW_MS,
  );
  expect(found.map(({ workerId }) => workerId)).toEqual([3]);
});
