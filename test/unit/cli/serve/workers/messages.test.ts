import * as fc from "fast-check";
import { expect, test } from "vitest";

import { fromPrimarySchema, fromWorkerSchema } from "#cli/serve/workers/messages.ts";
import { readMessage } from "#cli/serve/workers/read-message.ts";

function createLog() {
  const lines: object[] = [];
  return { lines, warn: (fields: object) => void lines.push(fields) };
}

test("a message that is known is read", () => {
  const log = createLog();
  const message = { kind: "drain", graceMs: 5 };
  expect(readMessage(fromPrimarySchema, message, log)).toEqual(message);
  expect(log.lines).toEqual([]);
});

test("one that is not known is ignored, and logged by its kind and not by its values", () => {
  const log = createLog();
  const message = { kind: "drain", graceMs: "soon, says a-secret" };
  expect(readMessage(fromPrimarySchema, message, log)).toBeUndefined();
  expect(readMessage(fromWorkerSchema, { kind: "from a later version" }, log)).toBeUndefined();
  expect(log.lines).toEqual([
    { kind: "drain", problems: ["graceMs: invalid_type"] },
    { kind: "from a later version", problems: ["kind: invalid_union"] },
  ]);
});

test("nothing that another process sends makes reading fail", () => {
  const anything = fc.oneof(
    fc.anything(),
    fc.record({
      kind: fc.constantFrom("records", "setup", "snapshot", "drained"),
      rest: fc.anything(),
    }),
  );
  fc.assert(
    fc.property(anything, (message) => {
      const log = createLog();
      for (const schema of [fromPrimarySchema, fromWorkerSchema]) {
        expect(readMessage<unknown>(schema, message, log)).toBeUndefined();
      }
      expect(log.lines.length).toBe(2);
    }),
  );
});
