import { join } from "node:path";

import { expect, test } from "vitest";

import { loadRecordings } from "#contracts/recordings/load-recordings.ts";
import { systemClock } from "#platform/clock.ts";
import { listen } from "#platform/listen.ts";
import { createLogger } from "#platform/logger.ts";
import { packageRoot } from "#platform/package-root.ts";
import { createHttpServer } from "#stand-in/http-server.ts";

const [malformed] = loadRecordings(join(packageRoot(), "contracts", "recordings")).http;

const fail = (): never => {
  throw new Error("no answer");
};

test("a request that cannot be answered is cut off, and told by its path alone", async () => {
  if (malformed === undefined) throw new TypeError("There are no recordings");
  const lines: string[] = [];
  await using server = createHttpServer({
    answerer: { answer: fail, answerTooLarge: fail },
    malformed,
    clock: systemClock,
    logger: createLogger({ level: "trace", write: (line) => lines.push(line) }),
    upgrade: fail,
  });
  const url = await listen(server, { host: "127.0.0.1", port: 0 });
  const answer = fetch(new URL("/api/v1/pam/history?token=hunter2", url));
  await expect(answer).rejects.toThrow("fetch failed");
  expect(lines.join("")).toContain('"path":"/api/v1/pam/history","error":"no answer"');
  expect(lines.join("")).not.toContain("hunter2");
});
