import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { expect, test } from "vitest";

import { toErrorAnswer } from "#platform/error-answer.ts";
import { AppError, ERROR_CODES, type ErrorCode, toMessage, toNodeCode } from "#platform/errors.ts";

const codes = Object.keys(ERROR_CODES).filter((code): code is ErrorCode => code in ERROR_CODES);

test.each(codes)("%s is answered in the legacy's shape with its own status", (code) => {
  const answer = toErrorAnswer(new AppError(code, "internal words"));
  expect(answer.status).toBe(ERROR_CODES[code].status);
  expect(answer.body).toBe(`{"detail":${JSON.stringify(ERROR_CODES[code].text)}}`);
  expect(answer.headers["content-length"]).toBe(String(Buffer.byteLength(answer.body)));
  expect(answer.headers["content-type"]).toBe("application/json");
});

test("every code is raised or answered somewhere", () => {
  const root = resolve(import.meta.dirname, "../../..");
  const sources = globSync("src/**/*.ts", { cwd: root })
    .map((file) => readFileSync(join(root, file), "utf8"))
    .join("\n");
  expect(codes.filter((code) => !sources.includes(`"${code}"`))).toEqual([]);
});

test("a detail takes the place of the code's sentence", () => {
  const error = new AppError("TOKEN_INVALID", "signature", { detail: "Authentication failed: x" });
  expect(toErrorAnswer(error).body).toBe('{"detail":"Authentication failed: x"}');
});

test("a 401 names the scheme", () => {
  expect(toErrorAnswer(new AppError("TOKEN_MISSING")).headers["www-authenticate"]).toBe("Bearer");
});

test.each([new TypeError("secret path"), "secret", undefined, { secret: 1 }])(
  "a defect (%s) says nothing of itself",
  (defect) => {
    expect(toErrorAnswer(defect)).toMatchObject({
      status: 500,
      body: '{"detail":"Internal Server Error"}',
    });
  },
);

test("anything thrown has a text and perhaps a Node code", () => {
  expect([toMessage(new Error("a")), toMessage("b"), toMessage(undefined)]).toEqual([
    "a",
    "b",
    "undefined",
  ]);
  expect(toNodeCode(Object.assign(new Error("x"), { code: "ECONNRESET" }))).toBe("ECONNRESET");
  expect([toNodeCode(undefined), toNodeCode({ code: 7 }), toNodeCode("x")]).toEqual(["", "", ""]);
});
