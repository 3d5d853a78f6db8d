import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { readPythonJson } from "#contracts/validation/python-json.ts";
import { isDict, type PythonDict, type PythonValue } from "#contracts/validation/python-value.ts";
import {
  checkMessageSize,
  createMessageSizeStatistics,
  textLengthFault,
} from "#pam/message-size/index.ts";

/** `{"k": "…"}` has nine bytes beside its text with the blank, eight without. */
const sized = (length: number): PythonDict => dict({ context: dict({ k: "a".repeat(length) }) });

function message(text: string): PythonDict {
  const read = readPythonJson(text);
  if (read.kind !== "value" || !isDict(read.value)) throw new TypeError("Not an object");
  return read.value;
}

const dict = (fields: Readonly<Record<string, PythonValue>>): PythonDict =>
  new Map(Object.entries(fields));

describe("the size of a message", () => {
  test("is that of Python's compact JSON: floats with their fraction, all but ASCII escaped", () => {
    const text =
      '{"message":"é😀\\u007f\\n\\"","context":{"a":[1,2.0,null,true,1e16,1e-5,-0.0],"ß":"\\u2028"}}';
    // len(json.dumps(…, separators=(",", ":"))) in CPython.
    expect(checkMessageSize(message(text), "rest_api_chat").sizeInfo.message_size_bytes).toBe(111);
  });

  test("may be the limit itself, and not one byte more", () => {
    // {"x":"…"} has eight bytes beside its text.
    const atLimit = dict({ x: "a".repeat(32_760) });
    expect(checkMessageSize(atLimit, "rest_api_chat").kind).toBe("within");
    const over = dict({ x: "a".repeat(32_761) });
    expect(checkMessageSize(over, "rest_api_chat").kind).toBe("message-too-large");
    expect(checkMessageSize(over, "websocket_json").kind).toBe("within");
  });

  test("over the limit is told in the legacy's words", () => {
    expect(checkMessageSize(dict({ x: "a".repeat(40_440) }), "rest_api_chat")).toEqual({
      kind: "message-too-large",
      reason: "Message size 39.5KB exceeds limit of 32.0KB for rest_api_chat",
      sizeInfo: {
        message_size_bytes: 40_448,
        limit_bytes: 32_768,
        message_size_formatted: "39.5KB",
        limit_formatted: "32.0KB",
      },
    });
  });
});

describe("a field", () => {
  test("of text is counted in characters, of which an emoji is one", () => {
    expect(checkMessageSize(dict({ message: "😀".repeat(5_000) }), "websocket_json").kind).toBe(
      "within",
    );
    expect(checkMessageSize(dict({ message: "a".repeat(10_000) }), "websocket_json")).toMatchObject(
      {
        kind: "field-too-large",
        reason: "One or more fields exceed size limits",
        fieldViolations: { message: "Field 'message' length 10000 exceeds limit 5000" },
      },
    );
  });

  test("that is nested is measured as Python's JSON with blanks", () => {
    expect(checkMessageSize(sized(16_375), "rest_api_chat").kind).toBe("within");
    expect(checkMessageSize(sized(16_376), "rest_api_chat").kind).toBe("field-too-large");
    expect(checkMessageSize(sized(20_164), "rest_api_chat")).toMatchObject({
      fieldViolations: { context: "Nested field 'context' size 19.7KB exceeds limit 16.0KB" },
    });
  });

  test("that is a list is nested, too", () => {
    const attachments = Array.from({ length: 4_100 }, () => 12);
    expect(checkMessageSize(dict({ attachments }), "rest_api_chat")).toMatchObject({
      fieldViolations: {
        attachments: "Nested field 'attachments' size 16.0KB exceeds limit 16.0KB",
      },
    });
  });

  test("each is told, and one without a limit is left alone", () => {
    const verdict = checkMessageSize(
      dict({ title: "a".repeat(201), url: "b".repeat(2_049), other: "c".repeat(9_000) }),
      "websocket_json",
    );
    expect(verdict).toMatchObject({
      fieldViolations: {
        title: "Field 'title' length 201 exceeds limit 200",
        url: "Field 'url' length 2049 exceeds limit 2048",
      },
    });
  });

  test("may be called as what every object has", () => {
    expect(checkMessageSize(message('{"constructor":"a","__proto__":"b"}'), "feedback").kind).toBe(
      "within",
    );
  });
});

test("whatever the message, the verdict follows from the sizes alone", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string({ maxLength: 300 })), (fields) => {
      const text = JSON.stringify(fields).replaceAll(
        /[\u007f-\uffff]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
      );
      const { kind, sizeInfo } = checkMessageSize(message(text), "feedback");
      expect(sizeInfo.message_size_bytes).toBe(text.length);
      expect(kind === "message-too-large").toBe(text.length > 4_096);
    }),
  );
});

test("a text that is a message by itself is counted in characters", () => {
  expect(textLengthFault("😀".repeat(2_000), "voice_synthesis")).toBeUndefined();
  expect(textLengthFault("a".repeat(2_001), "voice_synthesis")).toBe(
    "Text length 2001 characters exceeds limit of 2000 for voice_synthesis",
  );
  expect(textLengthFault("a".repeat(9_000), "websocket_json")).toBeUndefined();
});

test("statistics count what was checked, and remember the largest", () => {
  const statistics = createMessageSizeStatistics();
  statistics.record(checkMessageSize(dict({ message: "a" }), "feedback"));
  statistics.record(checkMessageSize(dict({ x: "a".repeat(5_000) }), "feedback"));
  statistics.record(checkMessageSize(dict({ title: "a".repeat(300) }), "feedback"));
  expect(statistics.read()).toEqual({
    validations: 3,
    sizeViolations: 1,
    fieldViolations: 1,
    largestBytes: 5_008,
  });
});
