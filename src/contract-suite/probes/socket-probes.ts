import type { Case, Turn } from "#contract-suite/cases/case.ts";
import { type Expectation, expectationSchema } from "#contract-suite/expectation/expectation.ts";

const expectFrame = (frame: unknown): Expectation => expectationSchema.parse(frame);

const ofType = (type: string, more: object = {}): Expectation =>
  expectFrame({ $match: "at-least", keys: { type, ...more } });

const REFUSED = ofType("error", { error_code: "VALIDATION_ERROR" });
const ACCEPTED = ofType("context_updated");

/** One code point, two UTF-16 units: who counts units counts it twice. */
const WIDE = "😀";

interface FrameProbe {
  readonly name: string;
  readonly data: string | Buffer;
  /** Without it there must be silence. */
  readonly reply?: Expectation;
}

const frame = (fields: object): string => JSON.stringify({ type: "context_update", ...fields });

const PROBES: readonly FrameProbe[] = [
  { name: "an-empty-text", data: "" },
  { name: "no-json", data: "{" },
  { name: "a-list", data: "[]" },
  { name: "a-number", data: "1" },
  { name: "binary", data: Buffer.from([0, 255, 254]) },
  { name: "deep-nesting", data: "[".repeat(100_000) },
  { name: "no-type", data: "{}", reply: REFUSED },
  { name: "a-numeric-type", data: '{"type":1}', reply: REFUSED },
  { name: "a-type-of-51-letters", data: `{"type":"${"a".repeat(51)}"}`, reply: REFUSED },
  { name: "2000-letters", data: frame({ message: "a".repeat(2000) }), reply: ACCEPTED },
  { name: "2001-letters", data: frame({ message: "a".repeat(2001) }), reply: REFUSED },
  { name: "2000-wide-letters", data: frame({ message: WIDE.repeat(2000) }), reply: ACCEPTED },
  { name: "2001-wide-letters", data: frame({ message: WIDE.repeat(2001) }), reply: REFUSED },
  { name: "a-numeric-message", data: frame({ message: 1 }), reply: REFUSED },
  { name: "a-text-as-context", data: frame({ context: "x" }), reply: REFUSED },
  { name: "no-context", data: frame({ context: null }), reply: ACCEPTED },
  { name: "an-upper-case-user", data: frame({ user_id: "A".repeat(36) }), reply: REFUSED },
  { name: "a-field-more", data: frame({ no_such_field: { a: [] } }), reply: ACCEPTED },
  {
    name: "a-field-called-proto",
    data: '{"type":"context_update","__proto__":{}}',
    reply: ACCEPTED,
  },
];

const expectOne = (expectation: Expectation): Turn => ({
  kind: "expect",
  quantity: "one",
  frame: { expectation },
});

function toTurns({ data, reply }: FrameProbe): readonly Turn[] {
  return [
    expectOne(ofType("connection")),
    { kind: "send", data },
    ...(reply === undefined ? [] : [expectOne(reply)]),
    // What is still alive answers a ping, and nothing before it.
    { kind: "send", data: '{"type":"ping"}' },
    expectOne(expectFrame({ type: "pong" })),
    { kind: "leave", code: 1000, reason: "", listens: false },
  ];
}

const TARGET = "/api/v1/pam/ws/66666666-6666-4666-8666-000000000079?token={{token:6-0079_valid}}";

/** Frames that try the limits of the assistant's socket, each on a connection of its own. */
export function makeSocketProbes(): readonly Case[] {
  return PROBES.map((probe) => ({
    id: `probe/ws.socket/${probe.name}`,
    title: `A frame to the assistant: ${probe.name.replaceAll("-", " ")}`,
    route: "ws.socket",
    concern: "ws",
    tags: new Set(["probe"] as const),
    needs: ["implementation"],
    skip: undefined,
    sides: ["legacy", "native"],
    isAlone: false,
    place: "probes",
    steps: [
      {
        kind: "conversation",
        target: TARGET,
        headers: [],
        refusal: undefined,
        turns: toTurns(probe),
      },
    ],
  }));
}
