import { describe, expect, test } from "vitest";

import { applyEchoes, pairEchoes } from "#stand-in/rest/echoes.ts";
import { digestRequest, type RequestDigest } from "#stand-in/rest/recorded-case.ts";

const said = (target: string, body: string): { digest: RequestDigest; path: string } => ({
  digest: digestRequest({ method: "POST", target, headers: [], body: Buffer.from(body) }, "open", {
    secret: "s",
    nowSeconds: 0,
  }),
  path: target.split("?", 1)[0] ?? "",
});

const echo = (
  recorded: readonly [string, string],
  actual: readonly [string, string],
  answer: string,
): string => applyEchoes(answer, pairEchoes(said(...recorded), said(...actual)));

describe("what the recorded answer repeats of its request is repeated of the actual one", () => {
  test("the path", () => {
    expect(echo(["/api/a", ""], ["/api/b", ""], '{"error":"x","path":"/api/a"}')).toBe(
      '{"error":"x","path":"/api/b"}',
    );
  });

  test("a value of the body, alone and inside a sentence", () => {
    expect(
      echo(
        ["/x", '{"user_id":"11111111-1111"}'],
        ["/x", '{"user_id":"22222222-2222"}'],
        '{"message": "Sent to user 11111111-1111", "id": "11111111-1111", "cost": 14.0}',
      ),
    ).toBe('{"message": "Sent to user 22222222-2222", "id": "22222222-2222", "cost": 14.0}');
  });

  test("a number only under its own name", () => {
    expect(echo(["/x?limit=2", ""], ["/x?limit=5", ""], '{"limit":2,"count":2}')).toBe(
      '{"limit":5,"count":2}',
    );
  });

  test("a short text only as a whole", () => {
    expect(echo(["/x", '{"m":"Hi"}'], ["/x", '{"m":"Yo"}'], '{"a":"Hi","b":"Hill"}')).toBe(
      '{"a":"Yo","b":"Hill"}',
    );
  });

  test("with characters that JSON must escape", () => {
    expect(echo(["/x", '{"m":"Hello"}'], ["/x", String.raw`{"m":"a\"b$&"}`], '{"a":"Hello"}')).toBe(
      String.raw`{"a":"a\"b$&"}`,
    );
  });
});

test("an answer to the same request stays byte for byte", () => {
  const answer = '{ "a": "Hello" , "n": 1.0 }';
  expect(echo(["/x", '{"m":"Hello"}'], ["/x", '{"m":"Hello"}'], answer)).toBe(answer);
});
