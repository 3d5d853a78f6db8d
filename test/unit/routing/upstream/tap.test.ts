import { expect, test } from "vitest";

import { composeExchangeTaps, composeSocketTaps } from "#routing/upstream/index.ts";
import { createRecordingSocketTap, createRecordingTap } from "#support/recording-taps.ts";

test("several onlookers are all shown the same", () => {
  const [first, second] = [createRecordingTap(), createRecordingTap()];
  const both = composeExchangeTaps([undefined, first, second]);
  both?.requestBytes(Buffer.from("a"));
  both?.answerHead(200, ["x", "1"]);
  both?.answerBytes(Buffer.from("b"));
  both?.ended(true);
  expect(first.shown).toEqual(["request a", "head 200 x|1", "answer b", "ended whole"]);
  expect(second.shown).toEqual(first.shown);
});

test("several onlookers at a socket are all shown the same", () => {
  const [first, second] = [createRecordingSocketTap(), createRecordingSocketTap()];
  const both = composeSocketTaps([first, undefined, second]);
  both?.fromClient(Buffer.from("a"));
  both?.fromUpstream(Buffer.from("b"));
  both?.ended();
  expect(first.shown).toEqual(["client a", "upstream b", "ended"]);
  expect(second.shown).toEqual(first.shown);
});

test("one onlooker stands for itself, and none is none", () => {
  const [tap, socketTap] = [createRecordingTap(), createRecordingSocketTap()];
  expect(composeExchangeTaps([undefined, tap])).toBe(tap);
  expect(composeSocketTaps([socketTap, undefined])).toBe(socketTap);
  expect(composeExchangeTaps([undefined])).toBeUndefined();
  expect(composeSocketTaps([])).toBeUndefined();
});
