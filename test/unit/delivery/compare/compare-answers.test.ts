import { isDeepStrictEqual } from "node:util";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  type Answer,
  compareAnswers,
  createVolatileRules,
  type DifferenceKind,
  type FieldDifference,
} from "#delivery/compare/index.ts";

const answer = (body: unknown, more: Partial<Answer> = {}): Answer => ({
  status: 200,
  headers: ["content-type", "application/json"],
  body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
  ...more,
});

const compare = (
  legacy: unknown,
  native: unknown,
  rules?: Parameters<typeof createVolatileRules>[0],
): readonly FieldDifference[] =>
  compareAnswers(answer(legacy), answer(native), createVolatileRules(rules)).differences;

const brief = (differences: readonly FieldDifference[]): readonly string[] =>
  differences.map(({ kind, path, legacy, native }) => `${kind} ${path} ${legacy} → ${native}`);

describe("of two JSON bodies", () => {
  test.each([
    ["a field that native lacks", { a: 1, b: 2 }, { a: 1 }, ["missing /body/b 2 → nothing"]],
    [
      "a field that native adds",
      { a: 1 },
      { a: 1, b: {} },
      ["added /body/b nothing → object of 0: "],
    ],
    ["another value", { a: 1 }, { a: 2 }, ["value /body/a 1 → 2"]],
    ["another type", { a: 1 }, { a: "1" }, ['type /body/a 1 → "1"']],
    ["null where something was", { a: [] }, { a: null }, ["type /body/a list of 0 → null"]],
    ["another list length", [1, 2], [1, 2, 3], ["length /body list of 2 → list of 3"]],
    [
      "another order of the same items",
      { a: [{ n: 1 }, { n: 2 }] },
      { a: [{ n: 2 }, { n: 1 }] },
      ["order /body/a list of 2 → list of 2 in another order"],
    ],
    [
      "a key with a slash, escaped as in a JSON Pointer",
      { "a/b~c": 1 },
      { "a/b~c": 2 },
      ["value /body/a~1b~0c 1 → 2"],
    ],
  ])("%s is told", (...[, legacy, native, expected]) => {
    expect(brief(compare(legacy, native))).toEqual(expected);
  });

  test("the order of keys and the spelling of numbers say nothing to a client", () => {
    expect(compare('{"a":1.0,"b":-0}', '{ "b": 0, "a": 1 }')).toEqual([]);
  });

  test("an item put in at the front is no difference in every item behind it", () => {
    const items = Array.from({ length: 20 }, (_, n) => ({ n }));
    expect(compare(items, [{ n: -1 }, ...items]).map(({ kind }) => kind)).toEqual(["length"]);
  });

  test("the same field of many items is one field", () => {
    const found = compare([{ v: 1 }, { v: 2 }], [{ v: 3 }, { v: 4 }]);
    expect(new Set(found.map(({ field }) => field))).toEqual(new Set(["/body/*/v"]));
    expect(found.map(({ path }) => path)).toEqual(["/body/0/v", "/body/1/v"]);
  });

  test("keys that are ids are one field too", () => {
    const id = "0b5c4b5e-1e0c-4a5e-9f43-1f0f8f5b3a10";
    expect(compare({ [id]: 1 }, { [id]: 2 })[0]?.field).toBe("/body/*");
  });

  test("a body that is no JSON on one side is told as such", () => {
    expect(brief(compare({}, "oops"))).toEqual(["type /body JSON → 4 bytes, no JSON"]);
  });
});

const items = (start: number): unknown[] =>
  Array.from({ length: 5 }, (_, n) => ({ at: start + n, n }));

describe("of what is volatile", () => {
  const ids = [
    { id: "0b5c4b5e-1e0c-4a5e-9f43-1f0f8f5b3a10" },
    { id: "1b5c4b5e-1e0c-4a5e-9f43-1f0f8f5b3a11" },
  ] as const;

  test("two values of the kind are alike", () => {
    expect(compare(ids[0], ids[1], { "/id": "uuid" })).toEqual([]);
    const times = [{ at: "2026-01-01T10:00:00.123456" }, { at: "2026-01-01T10:00:01" }] as const;
    expect(compare(times[0], times[1], { "/at": "timestamp" })).toEqual([]);
    expect(compare([{ ms: 1 }], [{ ms: 20.5 }], { "/*/ms": "duration" })).toEqual([]);
    const waits = ["wait 5 seconds", "wait 17 seconds"] as const;
    expect(compare({ m: waits[0] }, { m: waits[1] }, { "/m": "seconds-left" })).toEqual([]);
  });

  test("a value of another kind is a difference", () => {
    expect(compare(ids[0], { id: "none" }, { "/id": "uuid" })).toHaveLength(1);
    expect(compare(ids[0], { id: null }, { "/id": "uuid" })[0]?.kind).toBe("type");
    expect(compare(ids[0], {}, { "/id": "uuid" })[0]?.kind).toBe("missing");
    const other = { at: "2026-01-01T10:00:00Z" };
    expect(compare({ at: "2026-01-01T10:00:00" }, other, { "/at": "timestamp" })).toHaveLength(1);
  });

  test("what a side has counted before is not compared at all", () => {
    expect(compare({ n: 1 }, { n: { deep: true } }, { "/n": "state" })).toEqual([]);
    expect(compare({ n: 1 }, {}, { "/n": "state" })).toEqual([]);
    expect(compare({ n: 1 }, "anything", { "": "state" })).toHaveLength(1);
  });

  test("lists of other lengths are lined up in spite of it", () => {
    const found = compare(items(1), [{ at: 0, n: 9 }, ...items(100)], { "/*/at": "epoch" });
    expect(found.map(({ kind }) => kind)).toEqual(["length"]);
  });
});

const withHeaders = (...headers: string[]): Answer => answer({}, { headers });

const differ = (legacy: Answer, native: Answer): readonly string[] =>
  brief(compareAnswers(legacy, native).differences);

describe("of headers", () => {
  test("what a client can read is compared, whatever its spelling and order", () => {
    const legacy = withHeaders("Allow", "GET", "X-A", "1", "X-A", "2");
    expect(differ(legacy, withHeaders("x-a", "1", "x-a", "2", "allow", "GET"))).toEqual([]);
    expect(differ(legacy, withHeaders("x-a", "1", "vary", "origin"))).toEqual([
      'missing /headers/allow "GET" → nothing',
      'value /headers/x-a "1, 2" → "1"',
      'added /headers/vary nothing → "origin"',
    ]);
  });

  test("what belongs to the connection, the clock or the way is not", () => {
    const legacy = withHeaders("date", "a", "content-length", "2", "content-encoding", "gzip");
    expect(differ(legacy, withHeaders("connection", "close", "x-banyan-side", "native"))).toEqual(
      [],
    );
    const ids = ["1795379938123-4711", "1795379938124-4712"].map((id) =>
      withHeaders("x-request-id", id),
    );
    expect(differ(ids[0] ?? legacy, ids[1] ?? legacy)).toEqual([]);
  });
});

test("of answers of different statuses nothing but the status is compared", () => {
  const native = answer({ detail: "no" }, { status: 422, headers: [] });
  expect(brief(compareAnswers(answer({ ok: true }), native).differences)).toEqual([
    "value /status 200 → 422",
  ]);
});

const bytes = (last: number): Answer => answer("", { body: Buffer.from([0xff, 0xfb, last]) });

test("bytes that are no text are told by their length and digest", () => {
  const [found] = compareAnswers(bytes(1), bytes(2)).differences;
  expect(found?.legacy).toMatch(/^3 bytes, SHA-256 [0-9a-f]{16}$/);
  expect(found?.native).not.toBe(found?.legacy);
});

describe("nothing secret or personal is shown", () => {
  const token = `eyJhbGciOiJIUzI1NiJ9.${"eyJzdWIiOiJhZGEifQ".repeat(80)}.${"s".repeat(43)}`;
  test.each([
    ["a secret by its name", { api_key: "hunter2hunter2" }, "hunter2"],
    ["a person's data by its name", { user: { email: "x at y" } }, "x at y"],
    ["an address in a text", { note: "mail ada@lovelace.example" }, "lovelace"],
    ["a long token at the start of a text", { note: token }, "eyJhbGci"],
    ["a key of an object", { list: { "ada@lovelace.example": 1 } }, "lovelace"],
    ["what stands below a secret's name", { secrets: [{ value: "hunter2hunter2" }] }, "hunter2"],
  ])("%s", (_, legacy, secret) => {
    const found = [legacy, { [Object.keys(legacy)[0] ?? ""]: 1 }].flatMap((native) => [
      ...compare({}, native),
      ...compare(legacy, native),
      ...compare(native, { ...legacy, more: legacy }),
    ]);
    expect(found.length).toBeGreaterThan(2);
    expect(JSON.stringify(found)).not.toContain(secret);
  });

  test("how many tokens were used is no secret", () => {
    expect(brief(compare({ total_tokens: 12 }, { total_tokens: 13 }))).toEqual([
      "value /body/total_tokens 12 → 13",
    ]);
  });

  test("the value of a cookie stays hidden", () => {
    const native = answer({}, { headers: ["set-cookie", "session=abcdef"] });
    expect(JSON.stringify(compareAnswers(answer({}), native))).not.toContain("abcdef");
  });
});

test("of two long texts the place is shown where they part", () => {
  const start = "word ".repeat(300);
  const [found] = compare({ t: `${start}left` }, { t: `${start}right` });
  expect(found?.legacy).toContain("left");
  expect(found?.native).toContain("right");
  expect(found?.legacy.length).toBeLessThanOrEqual(120);
});

/** -0 and 0 are one number in JSON's eyes. */
const viaJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const nest = (inside: string): string => "[".repeat(50_000) + inside + "]".repeat(50_000);

const MIRROR: Partial<Record<DifferenceKind, DifferenceKind>> = {
  missing: "added",
  added: "missing",
};

const places = (
  found: readonly FieldDifference[],
  toKind: (kind: DifferenceKind) => DifferenceKind,
): readonly string[] => found.map(({ kind, path }) => `${toKind(kind)} ${path}`).toSorted();

describe("whatever the bodies are", () => {
  const json = fc.jsonValue({ maxDepth: 6 });
  test("an answer does not differ from itself", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(compare(value, structuredClone(value))).toEqual([]);
      }),
    );
  });

  test("the other way round the same places differ, in the mirrored way", () => {
    const small = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(small, small, (one, other) => {
        const there = compareAnswers(answer(one), answer(other));
        const back = compareAnswers(answer(other), answer(one));
        expect(there.omitted).toBe(back.omitted);
        fc.pre(there.omitted === 0);
        expect(places(there.differences, (kind) => kind)).toEqual(
          places(back.differences, (kind) => MIRROR[kind] ?? kind),
        );
      }),
    );
  });

  test("different values never pass for the same", () => {
    const nearby = fc.record(
      {
        a: fc.array(fc.constantFrom(0, 1, "1", null), { maxLength: 3 }),
        b: fc.constantFrom({}, []),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(nearby, nearby, (one, other) => {
        const isSame = isDeepStrictEqual(viaJson(one), viaJson(other));
        expect(compare(one, other).length === 0).toBe(isSame);
      }),
    );
  });

  test("what comes out is bounded", () => {
    const wide = Array.from({ length: 5_000 }, (_, n) => [`key-${"x".repeat(300)}-${n}`, n]);
    const found = compareAnswers(
      answer(Object.fromEntries(wide)),
      answer(Object.fromEntries(wide.map(([key, n]) => [key, `${n}`]))),
    );
    expect(found.differences).toHaveLength(50);
    expect(found.omitted).toBe(4_950);
    fc.assert(
      fc.property(json, json, (one, other) => {
        for (const { path, field, legacy, native } of compare(one, other)) {
          expect(Math.max(legacy.length, native.length)).toBeLessThanOrEqual(120);
          expect(Math.max(path.length, field.length)).toBeLessThanOrEqual(240);
        }
      }),
    );
  });

  test("what is nested without end is compared, and no stack is used up by it", () => {
    expect(compare(nest("1"), `${nest("1")} `)).toEqual([]);
    expect(compare(nest("1"), nest("2"))).toHaveLength(1);
  });
});

const varying = (...vary: readonly string[]): Answer =>
  answer({}, { headers: vary.flatMap((value) => ["Vary", value]) });

test.each([
  [[], ["Accept-Encoding"], 0],
  [["Origin, accept-encoding"], ["Origin"], 0],
  [["Accept-Encoding"], ["Origin"], 1],
] as const)("of varying by %j and by %j counts only what is no coding", (legacy, native, count) => {
  const { differences } = compareAnswers(varying(...legacy), varying(...native));
  expect(differences).toHaveLength(count);
});
