import fc from "fast-check";
import { expect, test } from "vitest";

import { toPathTemplate } from "#delivery/census/path-template.ts";

test.each([
  ["/api/v1/pam/health", "/api/v1/pam/health"],
  ["/api/v1/users/42", "/api/v1/users/{id}"],
  ["/users/3f2b8c1e-0000-4000-8000-000000000000/posts", "/users/{id}/posts"],
  ["/ada@example.com", "/{id}"],
  ["/a%20b/%E2%82%AC", "/{id}/{id}"],
  ["/.env", "/{id}"],
  ["/", "/"],
  ["", ""],
  ["*", "{id}"],
  [`/${"x".repeat(40)}`, "/{id}"],
  ["/a/b/c/d/e/f/g/h/i/j", "/a/b/c/d/e/f/g/h/…"],
])("%s is an instance of %s", (path, template) => {
  expect(toPathTemplate(path)).toBe(template);
});

test("a template is short and plain, whatever the path is", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 2_000 }), (path) => {
      expect(toPathTemplate(path)).toMatch(/^[\w.{}/…-]{0,300}$/u);
    }),
  );
});
