import { describe, expect, test } from "vitest";
import { z } from "zod";

import {
  choice,
  day,
  flag,
  moment,
  number,
  text,
  texts,
  uuid,
  webAddress,
  whole,
} from "#pam/tools/arguments.ts";
import { createCallable, type CallableOptions } from "#pam/tools/call-tool.ts";
import { ToolError } from "#pam/tools/tool-error.ts";
import { defineTool, type Tool } from "#pam/tools/tool.ts";
import { createManualClock } from "#support/manual-clock.ts";

const CALLER = { userId: "11111111-1111-4111-8111-111111111111" };

const echo = defineTool({
  name: "echo",
  description: "Gives its arguments back",
  category: "search",
  access: "read",
  needs: [],
  aliases: { quantity: "amount" },
  arguments: z.object({
    amount: number("An amount", { above: 0, max: 100 }),
    count: whole("A count", { min: 1, max: 5 }).optional(),
    name: text("A name", 5).optional(),
    tags: texts("Tags", 2).optional(),
    on: flag("A switch").optional(),
    kind: choice(["a", "b"], "A kind").optional(),
    id: uuid("An id").optional(),
    date: day("A day").optional(),
    at: moment("A moment").optional(),
    url: webAddress("An address").optional(),
  }),
  run: (args) => ({ success: true, args }),
});

async function call(tool: Tool, args: unknown, options: Partial<CallableOptions> = {}) {
  return createCallable(tool, { clock: createManualClock(), ...options })(args, CALLER);
}

function failing(error: unknown): Tool {
  return defineTool({
    name: "failing",
    description: "Fails",
    category: "search",
    access: "read",
    needs: [],
    arguments: z.object({}),
    run: () => {
      throw error;
    },
  });
}

function hanging(access: "read" | "write", timeoutMs = 5): Tool {
  return defineTool({
    name: "hanging",
    description: "Never comes to an end",
    category: "search",
    access,
    needs: [],
    timeoutMs,
    arguments: z.object({}),
    run: async () => new Promise(() => {}),
  });
}

describe("arguments", () => {
  test.each([
    [{}, 'Missing argument "amount"'],
    [{ amount: null }, 'Missing argument "amount"'],
    [{ amount: "" }, 'Missing argument "amount"'],
    [{ amount: 1, name: "a\u0000" }, 'Invalid argument "name": it must not hold a NUL'],
    [{ amount: 1, tags: ["\u0000"] }, 'Invalid argument "tags": it must not hold a NUL'],
    [{ amount: "many" }, 'Invalid argument "amount": must be a number'],
    [{ amount: 0 }, 'Invalid argument "amount": must be above 0 and at most 100'],
    [{ amount: 101 }, 'Invalid argument "amount": must be above 0 and at most 100'],
    [{ amount: NaN }, 'Invalid argument "amount": must be a number'],
    [{ amount: Infinity }, 'Invalid argument "amount": must be a number'],
    [{ amount: "0x10" }, 'Invalid argument "amount": must be a number'],
    [{ amount: 1, count: 1.5 }, 'Invalid argument "count": must be a whole number'],
    [{ amount: 1, count: 6 }, 'Invalid argument "count": must be at least 1 and at most 5'],
    [{ amount: 1, name: "   " }, 'Invalid argument "name": must not be empty'],
    [{ amount: 1, name: "toolong" }, 'Invalid argument "name": must have at most 5 characters'],
    [{ amount: 1, name: 7 }, 'Invalid argument "name": must be text'],
    [{ amount: 1, tags: "a" }, 'Invalid argument "tags": must be a list of texts'],
    [{ amount: 1, tags: ["a", 1] }, 'Invalid argument "tags.1": must be text'],
    [{ amount: 1, tags: ["a", "b", "c"] }, 'Invalid argument "tags": must have at most 2 entries'],
    [{ amount: 1, on: "maybe" }, 'Invalid argument "on": must be true or false'],
    [{ amount: 1, kind: "c" }, 'Invalid argument "kind": must be one of a, b'],
    [{ amount: 1, id: "1" }, 'Invalid argument "id": must be a UUID'],
    [
      { amount: 1, date: "2026-02-30" },
      'Invalid argument "date": must be a date such as 2026-01-31',
    ],
    [{ amount: 1, date: "tomorrow" }, 'Invalid argument "date": must be a date such as 2026-01-31'],
    [
      { amount: 1, at: "noon" },
      'Invalid argument "at": must be a date and time such as 2026-01-31T14:00:00',
    ],
    [
      { amount: 1, url: "file:///etc/passwd" },
      'Invalid argument "url": must be an http:// or https:// address',
    ],
    [
      { amount: 1, url: "nowhere" },
      'Invalid argument "url": must be an http:// or https:// address',
    ],
    [undefined, 'Missing argument "amount"'],
    [["amount", 1], "Arguments must be one JSON object"],
    ["{}", "Arguments must be one JSON object"],
  ])("%j are refused with one error that names the field", async (args, error) => {
    expect(await call(echo, args)).toEqual({
      success: false,
      error,
      error_code: "INVALID_ARGUMENTS",
    });
  });

  test.each([
    [{ amount: "50" }, { amount: 50 }],
    [{ amount: " 2.5 " }, { amount: 2.5 }],
    [
      { amount: 1, on: "true" },
      { amount: 1, on: true },
    ],
    [
      { amount: 1, on: "false" },
      { amount: 1, on: false },
    ],
    [{ amount: 1, name: null, kind: "" }, { amount: 1 }],
    [
      { amount: 1, name: " ab " },
      { amount: 1, name: "ab" },
    ],
    [{ quantity: 3 }, { amount: 3 }],
    [{ quantity: 3, amount: 4 }, { amount: 4 }],
    [{ amount: 1, user_id: "someone-else", context: {} }, { amount: 1 }],
    [
      { amount: 1, at: "2026-01-31" },
      { amount: 1, at: "2026-01-31" },
    ],
    [
      { amount: 1, at: "2026-01-31 14:00" },
      { amount: 1, at: "2026-01-31 14:00" },
    ],
    [
      { amount: 1, at: "2026-01-31T14:00:00+02:00" },
      { amount: 1, at: "2026-01-31T14:00:00+02:00" },
    ],
  ])("%j are read as %j", async (args, expected) => {
    expect(await call(echo, args)).toEqual({ success: true, args: expected });
  });

  test("a name from the prototype is no alias", async () => {
    const args: unknown = JSON.parse('{"amount":1,"toString":2,"__proto__":{"kind":"a"}}');
    expect(await call(echo, args)).toEqual({ success: true, args: { amount: 1 } });
  });
});

describe("failures", () => {
  test("a failure that the tool announces keeps its code and its words", async () => {
    expect(await call(failing(new ToolError("NOT_FOUND", "There is no such trip")), {})).toEqual({
      success: false,
      error: "There is no such trip",
      error_code: "NOT_FOUND",
    });
  });

  test("a defect is told to the operator, and nothing of it to the model", async () => {
    const defect = new Error("relation secrets does not exist");
    const seen: unknown[] = [];
    const result = await call(failing(defect), {}, { onDefect: (...parts) => seen.push(...parts) });
    expect(result).toEqual({
      success: false,
      error: "failing could not be carried out",
      error_code: "FAILED",
    });
    expect(seen).toEqual(["failing", defect]);
  });

  test("a read that takes too long ends as a time-out", async () => {
    expect(await call(hanging("read"), {})).toEqual({
      success: false,
      error: "hanging took longer than 0.005 s",
      error_code: "TIMEOUT",
    });
  });

  test("of a write that takes too long nobody says that it did not happen", async () => {
    expect(await call(hanging("write"), {})).toMatchObject({
      error: "hanging took longer than 0.005 s: it may have been carried out all the same",
    });
  });

  test("a cancelled call ends at once, before it has begun and while it runs", async () => {
    const callable = createCallable(hanging("read", 60_000), { clock: createManualClock() });
    const controller = new AbortController();
    const running = callable({}, CALLER, controller.signal);
    controller.abort();
    const cancelled = { success: false, error: "hanging was cancelled", error_code: "CANCELLED" };
    expect(await running).toEqual(cancelled);
    expect(await callable({}, CALLER, AbortSignal.abort())).toEqual(cancelled);
  });

  test.each(["", "anonymous", "1111", "' or true --"])(
    "no tool runs for the user id %j",
    async (userId) => {
      const callable = createCallable(echo, { clock: createManualClock() });
      expect(await callable({ amount: 1 }, { userId })).toMatchObject({
        error_code: "NOT_ALLOWED",
      });
    },
  );
});

test("a result that is too long is cut before anyone sees it", async () => {
  const long = defineTool({
    name: "long",
    description: "Gives a long list",
    category: "search",
    access: "read",
    needs: [],
    arguments: z.object({}),
    run: () => ({ success: true, rows: Array.from({ length: 5_000 }, (_, index) => ({ index })) }),
  });
  const result = await call(long, {});
  expect(JSON.stringify(result).length).toBeLessThanOrEqual(8_000);
  expect(result).toMatchObject({ success: true, truncated: true });
});
