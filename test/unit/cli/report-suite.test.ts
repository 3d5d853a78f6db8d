import { createServer, type IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";

import { describe, expect, test } from "vitest";

import { checkReportable, reportSuite } from "#cli/report-suite.ts";
import type { VerifyArguments } from "#cli/verify-options.ts";
import type { Verdict } from "#contract-suite/report/verdict.ts";
import { listen } from "#platform/listen.ts";

const TOKEN = "an-admin-token-of-16";
const environment = { ADMIN_TOKEN: TOKEN };

const given: VerifyArguments = {
  target: new URL("http://127.0.0.1:8080"),
  side: "native",
  timeout: 1,
  quiet: 1,
  concurrency: 1,
  reporter: "pretty",
  report: new URL("http://127.0.0.1:9090"),
};

describe("is refused before anything is run:", () => {
  test.each<[string, Partial<VerifyArguments>, RegExp]>([
    ["a run of legacy's side", { side: "legacy" }, /add --side native/u],
    ["a run of one case", { case: "chat/happy" }, /--case leaves some out/u],
    ["a run of some cases", { tag: "smoke" }, /--tag leaves some out/u],
    ["a run against another target", { against: new URL("http://127.0.0.1:1") }, /--against/u],
  ])("%s", (_, more, expected) => {
    expect(() => checkReportable({ ...given, ...more }, { environment })).toThrow(expected);
  });

  test("a report without the token", () => {
    expect(() => checkReportable(given, { environment: {} })).toThrow(/set ADMIN_TOKEN/u);
  });

  test("a build that is reported nowhere", () => {
    const { report: _, ...unreported } = given;
    expect(() => checkReportable({ ...unreported, build: "b1" }, { environment })).toThrow(
      /--build goes with --report/u,
    );
  });

  test("but not the whole suite, or the whole of a concern's", () => {
    expect(() => checkReportable(given, { environment })).not.toThrow();
    expect(() => checkReportable({ ...given, concern: "chat" }, { environment })).not.toThrow();
  });
});

const verdict: Verdict = {
  target: "http://127.0.0.1:8080",
  against: undefined,
  side: "native",
  build: "v0.1.0",
  contractDigest: "digest",
  startedAt: "2026-11-22T00:00:00.000Z",
  durationMs: 1,
  results: [],
  proposals: [],
  skipped: [],
  unexercised: [],
  coverage: undefined,
};

interface Heard {
  readonly request: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

async function startAdmin() {
  const heard: Heard[] = [];
  async function hear(request: IncomingMessage): Promise<{ build: unknown }> {
    const { method = "", url = "", headers } = request;
    const body = method === "POST" ? ((await json(request)) as { build: unknown }) : { build: "" };
    heard.push({ request: `${method} ${url}`, authorization: headers.authorization, body });
    return body;
  }
  const server = createServer((request, response) => {
    void hear(request).then(({ build }) =>
      response.end(
        request.method === "GET"
          ? JSON.stringify({ buildId: "of-the-listener" })
          : JSON.stringify({ kept: 8, build, isThisBuild: build === "of-the-listener" }),
      ),
    );
  });
  const url = await listen(server, { host: "127.0.0.1", port: 0 });
  return {
    url,
    heard,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function report(more: Partial<VerifyArguments>): Promise<string> {
  let said = "";
  await reportSuite(
    verdict,
    { ...given, ...more },
    {
      environment,
      print: () => {},
      say: (text) => {
        said += text;
      },
      onSignal: () => {},
      exit: () => {
        throw new Error("It does not exit");
      },
      end: () => {},
    },
  );
  return said;
}

test("what was judged counts as the build that the listener runs", async () => {
  await using admin = await startAdmin();
  expect(await report({ report: admin.url })).toBe(
    `Reported to ${admin.url.origin}: 8 routes of build of-the-listener\n`,
  );
  expect(admin.heard.at(-1)).toMatchObject({
    request: "POST /api/evidence",
    authorization: `Bearer ${TOKEN}`,
    body: { side: "native", build: "of-the-listener", contractDigest: "digest", failures: [] },
  });
});

test("or as the one that is named, which may raise no ceiling there", async () => {
  await using admin = await startAdmin();
  expect(await report({ report: admin.url, build: "next" })).toMatch(
    /8 routes of build next; another build runs there, and its ceilings stay as they are/u,
  );
});
