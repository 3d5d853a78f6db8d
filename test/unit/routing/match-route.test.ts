import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createRouteMatcher, pathOf } from "#routing/match-route.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import type { Route } from "#routing/route.ts";

const match = createRouteMatcher(ROUTE_TABLE);
const idOf = (method: string, target: string): string | undefined =>
  match(method, target)?.route.id;

describe("a literal path", () => {
  test.each([
    ["GET", "/api/v1/pam/health", "chat.health"],
    ["GET", "/api/v1/pam/health?x=1", "chat.health"],
    ["GET", "/api/v1/pam/health?", "chat.health"],
    ["POST", "/api/v1/pam/chat", "chat.send"],
    ["POST", "/api/v1/pam/v1/pam/feedback", "chat.thumb"],
    ["OPTIONS", "/api/v1/pam/voice", "tts.voice-options"],
    ["GET", "/api/v1/pam/%68ealth", "chat.health"],
    ["GET", "/api/v1/pam/%68%65alth", "chat.health"],
    // The legacy decodes before it matches, so an encoded slash is a slash.
    ["GET", "/api/v1/pam%2Fhealth", "chat.health"],
    ["GET", "/api/v1/pam%2fhealth", "chat.health"],
  ])("%s %s is %s", (method, target, id) => {
    expect(idOf(method, target)).toBe(id);
  });

  test.each([
    ["POST", "/api/v1/pam/health"],
    ["HEAD", "/api/v1/pam/health"],
    ["get", "/api/v1/pam/health"],
    ["GET", "/api/v1/pam/health/"],
    ["GET", "/api/v1/pam//health"],
    ["GET", "//api/v1/pam/health"],
    ["GET", "/api/v1/pam/./health"],
    ["GET", "/api/v1/pam/x/../health"],
    ["GET", "/api/v1/pam/%2e/health"],
    ["GET", "/api/v1/pam/Health"],
    ["GET", "/api/v1/pam/health;x=1"],
    ["GET", "/api/v1/pam/health%3Fx=1"],
    ["GET", "/api/v1/pam/%2568ealth"],
    ["GET", "/api/v1/pam/health%00"],
    ["GET", "http://legacy/api/v1/pam/health"],
    ["GET", "*"],
    ["GET", ""],
    ["GET", "/api/v1/pam"],
  ])("%s %s is no row", (method, target) => {
    expect(idOf(method, target)).toBeUndefined();
  });
});

describe("a path with a parameter", () => {
  test("gives the parameter percent-decoded", () => {
    expect(match("WS", "/api/v1/pam/ws/a%20b%C3%A9?token=x")?.params).toEqual({ user_id: "a bé" });
  });

  test.each([
    "/api/v1/pam/ws/",
    "/api/v1/pam/ws",
    "/api/v1/pam/ws/a/",
    "/api/v1/pam/ws/a/b",
    "/api/v1/pam/ws/a%2Fb",
  ])("does not match %s", (target) => {
    expect(idOf("WS", target)).toBeUndefined();
  });

  test("keeps bytes that are no UTF-8 as U+FFFD, and a bad escape as it is", () => {
    expect(match("WS", "/api/v1/pam/ws/%ff%zz")?.params).toEqual({ user_id: "\uFFFD%zz" });
  });

  test("is not found by its template", () => {
    expect(match("GET", "/api/v1/pam/ws/{user_id}")).toBeUndefined();
  });
});

test("the first of two rows that match wins", () => {
  const [first] = ROUTE_TABLE;
  if (first === undefined) throw new TypeError("the table has rows");
  const twice = createRouteMatcher([
    { ...first, id: "ws.first", path: "/{a}" },
    { ...first, id: "ws.second", path: "/{b}" },
  ]);
  expect(twice("WS", "/x")?.route.id).toBe("ws.first");
});

/** The table read from top to bottom, row by row. */
function findInTurn(table: readonly Route[], path: string): string | undefined {
  const literal = table.find((row) => !row.path.includes("{") && row.path === path);
  const found = path.split("/");
  const template = table.find(({ path: row }) => {
    const segments = row.split("/");
    return (
      row.includes("{") &&
      segments.length === found.length &&
      segments.every((segment, at) =>
        segment.startsWith("{") ? found[at] !== "" : segment === found[at],
      )
    );
  });
  return (literal ?? template)?.id;
}

const toPath = (segments: readonly string[]): string => `/${segments.join("/")}`;

test("any table gives the row that reading it from top to bottom would give", () => {
  const [row] = ROUTE_TABLE;
  if (row === undefined) throw new TypeError("the table has rows");
  const template = fc.array(fc.constantFrom("a", "b", "{x}", "{y}", ""), { maxLength: 4 });
  const path = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 4 });
  fc.assert(
    fc.property(fc.array(template), fc.array(path, { minLength: 1 }), (templates, paths) => {
      const table = templates.map((segments, index) => ({
        ...row,
        id: `ws.${index}`,
        path: toPath(segments),
      }));
      const matchIn = createRouteMatcher(table);
      for (const target of paths.map(toPath)) {
        expect(matchIn(row.method, target)?.route.id).toBe(findInTurn(table, target));
      }
    }),
  );
});

test("no target makes it throw, and a match always stands for the decoded path", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("GET", "POST", "WS"),
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.webPath(),
        fc
          .array(fc.constantFrom("/api", "/v1", "/pam", "/ws", "%2f", "/", "x", "%", ".."))
          .map((parts) => parts.join("")),
      ),
      (method, target) => {
        const found = match(method, target);
        if (found === undefined) return;
        const decoded = decodeURIComponent(pathOf(target).replaceAll(/%(?![0-9a-f]{2})/giu, "%25"));
        const path = found.route.path.replaceAll(
          /\{(.+?)\}/gu,
          (_all, name: string) => found.params[name] ?? "",
        );
        expect(path).toBe(decoded);
      },
    ),
  );
});
