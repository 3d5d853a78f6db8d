import { describe, expect, test } from "vitest";

import type { Answer } from "#delivery/compare/index.ts";
import { coversDifference, readAnswer } from "#delivery/drift/covers-difference.ts";
import type { Departure } from "#delivery/drift/decided-deviation.ts";

const answer = (status: number, body: unknown, headers: readonly string[] = []): Answer => ({
  status,
  headers,
  body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
});

/** Bodies are known as they are written; `"any"` is any of them. */
const isBody = (wish: unknown, value: unknown): boolean =>
  wish === "any" || JSON.stringify(wish) === JSON.stringify(value);

function covers(
  departure: Partial<Departure<unknown>>,
  [legacy, native]: readonly [Answer, Answer],
): (path: string) => boolean {
  const whole = { legacyStatuses: [200], body: {}, headers: {}, ...departure };
  const sides = { legacy: readAnswer(legacy), native: readAnswer(native) };
  return coversDifference([whole], sides, isBody);
}

describe("of a body", () => {
  const departure = { body: { "/a": { legacy: [{ is: 1 }], native: [{ is: 2 }, { is: 3 }] } } };

  test("the place that departs is covered, and no other", () => {
    const found = covers(departure, [answer(200, { a: 1, b: 1 }), answer(200, { a: 2, b: 2 })]);
    expect(found("/body/a")).toBe(true);
    expect(found("/body/a/c")).toBe(true);
    expect(["/body", "/body/b", "/body/ab", "/status", "/headers/a"].map(found)).not.toContain(
      true,
    );
  });

  test.each([
    ["legacy has another value there", answer(200, { a: 9 }), answer(200, { a: 2 })],
    ["native has another value there", answer(200, { a: 1 }), answer(200, { a: 9 })],
    ["legacy has nothing there", answer(200, {}), answer(200, { a: 2 })],
    ["native has nothing there", answer(200, { a: 1 }), answer(200, {})],
    ["legacy has another status", answer(201, { a: 1 }), answer(201, { a: 2 })],
    ["native says no JSON", answer(200, { a: 1 }), answer(200, "words")],
  ])("nothing is covered where %s", (_, legacy, native) => {
    expect(covers(departure, [legacy, native])("/body/a")).toBe(false);
  });

  test("a place that only one side has is covered where that was decided", () => {
    const added = { body: { "/new": { legacy: [{}], native: [{ is: 1 }] } } };
    const gone = { body: { "/old": { legacy: [{ is: "any" }], native: [{}] } } };
    const sides = [answer(200, { old: [7] }), answer(200, { new: 1 })] as const;
    expect(covers(added, sides)("/body/new")).toBe(true);
    expect(covers(gone, sides)("/body/old")).toBe(true);
    expect(covers(added, [sides[1], sides[1]])("/body/new")).toBe(false);
  });

  test("a star is any item of a list, whose value is looked at", () => {
    const rows = { body: { "/rows/*/a~1b": { legacy: [{ is: 1 }], native: [{ is: "any" }] } } };
    const legacy = answer(200, { rows: [{ "a/b": 1 }, { "a/b": 5 }] });
    const native = answer(200, { rows: [{ "a/b": 2 }, { "a/b": 2 }] });
    const found = covers(rows, [legacy, native]);
    expect([0, 1, 2].map((at) => found(`/body/rows/${at}/a~1b`))).toEqual([true, false, false]);
    expect(found("/body/rows")).toBe(false);
  });

  test("a whole body may depart, and one that is no JSON is nothing", () => {
    const spoken = { body: { "": { legacy: [{}], native: [{ is: "any" }] } } };
    expect(covers(spoken, [answer(200, "words"), answer(200, {})])("/body")).toBe(true);
    expect(covers(spoken, [answer(200, {}), answer(200, [])])("/body")).toBe(false);
  });

  test("names that objects have from birth are nothing that a body has", () => {
    const born = { body: { "/__proto__": { legacy: [{}], native: [{}] } } };
    expect(covers(born, [answer(200, {}), answer(200, {})])("/body/__proto__")).toBe(true);
  });
});

describe("of a status", () => {
  const departure = {
    legacyStatuses: [500],
    nativeStatus: 200,
    legacyBodies: [{ error: "Oh" }],
    nativeBody: { ok: true },
  };
  const failed = answer(500, { error: "Oh" });
  const fine = answer(200, { ok: true });

  test("what native answers where legacy fails is covered, with what it does for it", () => {
    const found = covers(departure, [failed, fine]);
    expect(["/status", "/effects"].map(found)).toEqual([true, true]);
  });

  test.each([
    ["legacy fails otherwise", answer(500, { error: "No" }), fine],
    ["legacy fails without a word", answer(500, "Oh"), fine],
    ["legacy has another status", answer(502, { error: "Oh" }), fine],
    ["native answers otherwise", failed, answer(200, { ok: false })],
    ["native has another status", failed, answer(201, { ok: true })],
  ])("it is not where %s", (_, legacy, native) => {
    expect(covers(departure, [legacy, native])("/status")).toBe(false);
  });

  test("a refusal of native's is covered whatever legacy answers, and what it does besides is not", () => {
    const refusal = { nativeStatus: 401, legacyBodies: [], nativeBody: { detail: "No" } };
    const found = covers(refusal, [answer(200, "rows"), answer(401, { detail: "No" })]);
    expect(["/status", "/effects"].map(found)).toEqual([true, false]);
  });
});

function coversHeader(
  legacy: readonly string[],
  native: readonly string[],
  header: object,
): boolean {
  const departure = {
    headers: { "x-a": { legacy: "anything", native: null, ...header } },
  } as const;
  return covers(departure, [answer(200, {}, legacy), answer(200, {}, native)])("/headers/x-a");
}

describe("of headers", () => {
  test.each([
    ["none", [], null, true],
    ["none, where there is one", ["x-a", "2"], null, false],
    ["one value", ["X-A", "1"], "1", true],
    ["one value, where it is twice", ["x-a", "1", "x-a", "1"], "1", false],
    ["one value, where there is none", [], "1", false],
    ["several values", ["x-a", "1", "x-a", "2"], ["1", "2"], true],
    ["several values, in another order", ["x-a", "2", "x-a", "1"], ["1", "2"], false],
    ["a form", ["x-a", "abc"], { pattern: "[a-z]+" }, true],
    ["a form, which is not the whole value", ["x-a", "abc1"], { pattern: "[a-z]+" }, false],
  ])("native is held to %s", (...[, sent, native, isCovered]) => {
    expect(coversHeader(["x-a", "9"], sent, { native })).toBe(isCovered);
  });

  test("a header with a name that every object has is nobody's", () => {
    const found = covers({}, [answer(200, {}), answer(200, {}, ["constructor", "1"])]);
    expect(found("/headers/constructor")).toBe(false);
  });

  test("one that legacy is not known to send is covered only where it does not", () => {
    const header = { legacy: "nothing", native: "1" };
    expect(coversHeader([], ["x-a", "1"], header)).toBe(true);
    expect(coversHeader(["x-a", "2"], ["x-a", "1"], header)).toBe(false);
  });
});
