import { expect, test } from "vitest";

import { toRequestId, toTraceId } from "#server/request-id.ts";

const create = (): string => "made";

test.each(["client-id-1", "A_b.c:d", "x".repeat(128)])("the well-formed id %s is kept", (id) => {
  expect(toRequestId(id, create)).toBe(id);
});

test.each([
  undefined,
  "",
  "a b",
  "a\r\nb",
  "é",
  "x".repeat(129),
  "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1In0.",
  '"quoted"',
  ["a", "b"],
])("for %s an id is made", (id) => {
  expect(toRequestId(id, create)).toBe("made");
});

test("the trace id is read from a well-formed traceparent only", () => {
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  expect(toTraceId(`00-${trace}-00f067aa0ba902b7-01`)).toBe(trace);
  expect(toTraceId(`00-${trace}-00f067aa0ba902b7-01-extra`)).toBeUndefined();
  expect(toTraceId(`00-${trace.toUpperCase()}-00f067aa0ba902b7-01`)).toBeUndefined();
  expect(toTraceId(undefined)).toBeUndefined();
});
