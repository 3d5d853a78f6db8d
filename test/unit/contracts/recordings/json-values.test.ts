import { assert, constantFrom, json, property } from "fast-check";
import { describe, expect, test } from "vitest";

import { findJsonValues, pointerMatcher, rewriteJson } from "#contracts/recordings/json-values.ts";

describe("values are found in the text itself", () => {
  test("with their pointers, outermost first", () => {
    const text = '{"a": [1, {"b/c": "x\\"y"}], "d": 14.0 }';
    const found = findJsonValues(text).map(({ pointer, start, end }) => [
      pointer,
      text.slice(start, end),
    ]);
    expect(found).toEqual([
      ["", text],
      ["/a", '[1, {"b/c": "x\\"y"}]'],
      ["/a/0", "1"],
      ["/a/1", '{"b/c": "x\\"y"}'],
      ["/a/1/b~1c", '"x\\"y"'],
      ["/d", "14.0"],
    ]);
  });

  test("each span parses to the value that a JSON parser sees there", () => {
    assert(
      property(json(), constantFrom(undefined, 1, 2), (source, indent) => {
        const text = JSON.stringify(JSON.parse(source), undefined, indent);
        for (const { pointer, start, end } of findJsonValues(text)) {
          const steps = pointer.split("/").slice(1);
          const expected = steps.reduce<unknown>(
            (value, step) =>
              (value as Record<string, unknown>)[step.replaceAll("~1", "/").replaceAll("~0", "~")],
            JSON.parse(text),
          );
          expect(JSON.parse(text.slice(start, end))).toEqual(expected);
        }
      }),
    );
  });

  test.each(["", "{", '{"a" 1}', "[1 2]", "{} x", '"open', "a=b&c=d", "a@b.com", "truth", "[01]"])(
    "%j is refused",
    (text) => {
      expect(() => findJsonValues(text)).toThrow(SyntaxError);
    },
  );
});

test.each(["NaN", "Infinity", "-Infinity", "-0", "1.50e-07"])("%s is a value", (text) => {
  expect(findJsonValues(`[${text}]`)).toHaveLength(2);
});

const toZ = (quoted: string): string | undefined => (quoted === '"a"' ? '"z"' : undefined);

test("names of members are rewritten where that is asked for", () => {
  expect(rewriteJson('{"a": {"a" :1}, "b": "a"}', () => undefined, toZ)).toBe(
    '{"z": {"z" :1}, "b": "a"}',
  );
});

test("a rewrite touches only the values it was asked for", () => {
  const text = '{"a": 14.0, "rows": [{"id": "x", "n": 1}, {"id": "y"}]}';
  const isId = pointerMatcher({ "/rows/*/id": true });
  expect(rewriteJson(text, (pointer) => (isId(pointer) === true ? '"z"' : undefined))).toBe(
    '{"a": 14.0, "rows": [{"id": "z", "n": 1}, {"id": "z"}]}',
  );
});
