import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  compareTranscripts,
  type Transcript,
  type TranscriptClose,
  type TranscriptFrame,
  type TranscriptRules,
} from "#delivery/compare/index.ts";

/** `>` is said by the client, `<` by the server. */
function talk(lines: readonly string[], close?: TranscriptClose): Transcript {
  const frames = lines.map((line): TranscriptFrame => ({
    from: line.startsWith(">") ? "client" : "server",
    data: line.slice(1),
  }));
  return { frames, close };
}

const chat = (more: object = {}): string =>
  `<${JSON.stringify({ type: "chat_response", content: "Hello there", ...more })}`;
const CONNECTED = '<{"type":"connection","status":"connected"}';
const ASK = '>{"type":"chat","message":"hi"}';
const PING = '<{"type":"ping"}';
const rules: TranscriptRules = { pushes: new Set(["ping"]) };

const brief = (legacy: Transcript, native: Transcript): readonly string[] =>
  compareTranscripts(legacy, native, rules).differences.map(
    ({ kind, field }) => `${kind} ${field}`,
  );

test("other words of the same shape are no difference", () => {
  const legacy = talk([CONNECTED, ASK, chat({ list: [1, 2, 3] })]);
  const native = talk([CONNECTED, ASK, chat({ content: "Good day", list: [7] })]);
  expect(brief(legacy, native)).toEqual([]);
});

describe("turn by turn", () => {
  const legacy = talk([CONNECTED, ASK, '<{"type":"typing"}', chat()]);

  test.each([
    ["a frame that native does not send", [CONNECTED, ASK, chat()], ["missing /frames/typing"]],
    [
      "a frame that native sends beside the others",
      [CONNECTED, ASK, '<{"type":"typing"}', chat(), '<{"type":"done"}'],
      ["added /frames/done"],
    ],
    [
      "the same frames in another order",
      [CONNECTED, ASK, chat(), '<{"type":"typing"}'],
      ["order /turns/order"],
    ],
    [
      "a frame that comes in another turn",
      ['<{"type":"typing"}', CONNECTED, ASK, chat()],
      ["added /frames/typing", "missing /frames/typing"],
    ],
    [
      "a field that native lacks",
      [CONNECTED, ASK, '<{"type":"typing"}', '<{"type":"chat_response"}'],
      ["missing /frames/chat_response/content"],
    ],
    [
      "a field of another type",
      [CONNECTED, ASK, '<{"type":"typing"}', chat({ content: null })],
      ["type /frames/chat_response/content"],
    ],
    [
      "an answer that is no JSON",
      [CONNECTED, ASK, '<{"type":"typing"}', "<hello"],
      ["missing /frames/chat_response", "added /frames/(text)"],
    ],
  ])("%s is told", (_, lines, expected) => {
    expect(brief(legacy, talk(lines))).toEqual(expected);
  });
});

test("a client that speaks while the server still does is no difference", () => {
  const [one, two] = ['<{"type":"one"}', '<{"type":"two"}'];
  const legacy = talk([">a", ">b", one, two]);
  expect(brief(legacy, talk([">a", one, ">b", two]))).toEqual([]);
  expect(brief(talk([">a", one, ">b", one, two]), talk([">a", one, one, ">b", two]))).toEqual([]);
});

describe("pushes", () => {
  test("come when they come", () => {
    expect(
      brief(talk([CONNECTED, PING, PING, ASK, chat()]), talk([CONNECTED, ASK, chat()])),
    ).toEqual([]);
  });

  test("into a pending turn are a matter of the protocol", () => {
    const [quiet, loud] = [talk([ASK, chat(), PING]), talk([ASK, PING, chat()])];
    expect(brief(quiet, loud)).toEqual(["gap /turns/ping"]);
    expect(brief(loud, loud)).toEqual([]);
  });

  test("into a turn that native was done with sooner are not missed there", () => {
    expect(brief(talk([ASK, PING, chat()]), talk([ASK, chat(), PING]))).toEqual([]);
  });
});

describe("a client that leaves before it is answered", () => {
  const left = { code: 1000, by: "client" } as const;
  const legacy = talk([CONNECTED, ASK, chat(), ASK], left);

  test("does not learn what legacy would have said, so that what native says is no difference", () => {
    expect(brief(legacy, talk([CONNECTED, ASK, chat(), ASK, chat()], left))).toEqual([]);
    const refused = talk([CONNECTED, ASK, chat(), ASK], { code: 4008, by: "server" });
    expect(brief(legacy, refused)).toEqual([]);
  });

  test("may have spoken on before all that", () => {
    const ahead = talk([CONNECTED, ASK, ASK, chat(), ASK, chat(), ASK, chat()], left);
    const patient = [CONNECTED, ASK, ASK, chat(), chat(), ASK, chat(), ASK, chat()];
    expect(brief(ahead, talk(patient, left))).toEqual([]);
  });

  test("knows of all that came before", () => {
    const early = talk([CONNECTED, ASK], { code: 4008, by: "server" });
    expect(brief(legacy, early)).toEqual(["missing /frames/chat_response", "value /close/by"]);
    const longer = talk([CONNECTED, ASK, chat(), ASK, chat(), ASK], left);
    const more = talk([CONNECTED, ASK, chat(), '<{"type":"done"}', ASK, chat(), ASK], left);
    expect(brief(longer, more)).toEqual(["added /frames/done"]);
  });
});

test("answers to what was said without waiting are compared by what came in all", () => {
  const legacy = talk([CONNECTED, ASK, ASK, ASK, chat(), ASK, chat(), chat(), chat()]);
  const together = [CONNECTED, ASK, ASK, ASK, chat(), chat(), chat(), ASK];
  expect(brief(legacy, talk([...together, chat()]))).toEqual([]);
  const broken = [...together, '<{"type":"error"}'];
  expect(brief(legacy, talk(broken))).toEqual([
    "missing /frames/chat_response",
    "added /frames/error",
  ]);
});

const closed = (code: number, by: TranscriptClose["by"] = "server"): Transcript =>
  talk([CONNECTED], { code, by });

describe("the close", () => {
  test("of the server is compared by its code", () => {
    expect(brief(closed(4001), closed(1008))).toEqual(["value /close/code"]);
    expect(brief(closed(4001), closed(4001))).toEqual([]);
  });

  test("is compared by who closed, and what the client says by itself is not", () => {
    expect(brief(closed(1000, "client"), closed(1011))).toEqual(["value /close/by"]);
    expect(brief(closed(4001), talk([CONNECTED]))).toEqual(["value /close/by"]);
    expect(brief(closed(1001, "client"), closed(1000, "client"))).toEqual([]);
  });

  test("of a conversation whose end was not kept says nothing", () => {
    expect(brief(talk([CONNECTED]), closed(1011))).toEqual([]);
  });
});

test("a conversation does not differ from itself, whatever was said", () => {
  const data = fc.oneof(fc.json(), fc.string(), fc.constantFrom(PING.slice(1), chat().slice(1)));
  const frame = fc.record({ from: fc.constantFrom("client" as const, "server" as const), data });
  fc.assert(
    fc.property(fc.array(frame), (frames) => {
      const said: Transcript = { frames, close: { code: 1000, by: "server" } };
      expect(compareTranscripts(said, structuredClone(said), rules).differences).toEqual([]);
    }),
  );
});
