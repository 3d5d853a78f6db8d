import { join } from "node:path";

import {
  array,
  assert,
  constantFrom,
  json,
  oneof,
  property,
  string,
  tuple,
  uint8Array,
} from "fast-check";
import { expect, test } from "vitest";

import { loadRecordings } from "#contracts/recordings/load-recordings.ts";
import { packageRoot } from "#platform/package-root.ts";
import { createAnswerer } from "#stand-in/rest/answer-request.ts";
import { headerOf } from "#stand-in/rest/legacy-request.ts";
import { LEGACY_ROUTES } from "#stand-in/rest/routes.ts";
import { createManualClock } from "#support/manual-clock.ts";

const answerer = createAnswerer({
  recordings: loadRecordings(join(packageRoot(), "contracts", "recordings")),
  tokenSecret: "s",
  clock: createManualClock(Date.UTC(2026, 10, 22)),
  random: () => 0.25,
  applyEffect: (_route, _request, body) => body,
});

const paths = LEGACY_ROUTES.map(({ path }) => path);
const HEADERS = ["authorization", "content-type", "origin", "accept-encoding", "x-forwarded-proto"];

const request = tuple(
  constantFrom("GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"),
  oneof(
    constantFrom(...paths),
    string().map((text) => `/${text}`),
  ),
  string(),
  array(tuple(constantFrom(...HEADERS), string())),
  oneof(
    json().map((text) => Buffer.from(text)),
    uint8Array().map((bytes) => Buffer.from(bytes)),
  ),
);

test("whatever a client sends is answered, with the length of the body that is given", () => {
  assert(
    property(request, ([method, path, query, headers, body]) => {
      const target = query === "" ? path : `${path}?${query}`;
      const { answer } = answerer.answer({ method, target, headers: headers.flat(), body });
      expect(answer.status).toBeGreaterThanOrEqual(200);
      const length = headerOf(answer.headers, "content-length");
      expect(length).toBe(String(answer.body.length));
      expect(answer.headers.join("\n")).not.toMatch(/\{\{|\r/);
    }),
    { numRuns: 2000 },
  );
});
