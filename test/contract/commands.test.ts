import { once } from "node:events";
import { mkdtempDisposableSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type RunningSide, startStandIn } from "#support/contract-side.ts";
import { loadTestSuite } from "#support/contract-suite.ts";
import { type FaultyFront, startFaultyFront } from "#support/faulty-front.ts";
import { runCommand } from "#support/run-command.ts";

const banyan = async (...given: readonly string[]) => runCommand(given);

const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1) ?? "";

let standIn: RunningSide;
let front: FaultyFront;

beforeAll(async () => {
  standIn = await startStandIn(loadTestSuite());
  front = await startFaultyFront(standIn.url);
});
afterAll(async () => {
  await front[Symbol.asyncDispose]();
  await standIn[Symbol.asyncDispose]();
});

const target = (): readonly string[] => ["--target", front.url.href, "--quiet", "100"];

describe("banyan verify", () => {
  test("ends with 0 and one line of figures where everything holds", async () => {
    front.fault = {};
    const { status, printed } = await banyan("verify", ...target(), "--tag", "smoke");
    expect(status).toBe(0);
    expect(lastLine(printed)).toMatch(/^\d+ cases hold, 0 differ, 0 skipped, [\d.]+ s: legacy at /);
  });

  test("ends with 1 and shows request, expected, got and path where something differs", async () => {
    front.fault = { answer: (answer) => ({ ...answer, status: 418 }) };
    const { status, printed } = await banyan("verify", ...target(), "--case", "chat/happy");
    expect(status).toBe(1);
    for (const part of [
      "> POST /api/v1/pam/chat",
      "/status (status)",
      "expected  200",
      "got       418",
    ]) {
      expect(printed).toContain(part);
    }
  });

  test("ends with 1 where a server answers that is not the API", async () => {
    const server = createServer((_request, response) => response.end("hello"));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    const { status, printed } = await banyan("verify", "--target", url, "--tag", "smoke");
    server.close();
    server.closeAllConnections();
    expect(status).toBe(1);
    expect(lastLine(printed)).toMatch(/^0 cases hold/);
  });

  test.each([
    ["nothing listens", ["--target", "http://127.0.0.1:9"], /Cannot reach http:\/\/127\.0\.0\.1:9/],
    ["the URL is none", ["--target", "nonsense"], /Expected http:\/\/host:port/],
    ["no target is named", [], /--target/],
    [
      "a URL holds a password",
      ["--target", "http://u:p@127.0.0.1:9"],
      /no user name and no password/,
    ],
  ])("ends with 2 and says so where %s", async (_, given, message) => {
    const { status, said } = await banyan("verify", ...given);
    expect(status).toBe(2);
    expect(said).toMatch(message);
  });

  test("ends with 2 and says so where the URL of the sockets or of TLS leads nowhere", async () => {
    front.fault = {};
    const sockets = await banyan("verify", ...target(), "--ws", "ws://127.0.0.1:9");
    expect(sockets).toMatchObject({ status: 2, said: expect.stringContaining("ws://127.0.0.1:9") });
    const secure = front.url.href.replace("http:", "https:");
    expect(await banyan("verify", "--target", secure)).toEqual({
      status: 2,
      printed: "",
      said: `banyan: Cannot reach ${secure}: it does not speak TLS\n`,
    });
    const drifted = await banyan("drift", ...target(), "--ws", "ws://127.0.0.1:9");
    expect(drifted.status).toBe(2);
  });

  test("ends with 2 and names the path where a report or a recording cannot be written", async () => {
    front.fault = {};
    using folder = mkdtempDisposableSync(join(tmpdir(), "banyan-"));
    const given = ["--case", "cache.status/happy", "--reporter", "json", "--out", folder.path];
    const verified = await banyan("verify", ...target(), ...given);
    expect(verified.status).toBe(2);
    expect(lastLine(verified.said)).toBe(`banyan: Cannot write ${folder.path}: it is a folder`);
    const file = join(folder.path, "file");
    writeFileSync(file, "");
    const recorded = await banyan("record", "--upstream", front.url.href, "--out", file);
    expect(recorded.status).toBe(2);
    expect(recorded.said).toBe(
      `banyan: Cannot write ${file}: a file stands where a folder must be\n`,
    );
  });

  test.each([
    [["--case", "chat/hapy"], /no case "chat\/hapy"/],
    [["--concern", "chatt"], /no concern "chatt": there are agentic/],
    [["--fixtures", "limitr"], /no fixture "limitr": there are ai/],
    [["--case", "sequence/limit.user"], /no case can run: It needs the fixture "limiter"/],
  ])("ends with 2 and says so for %j", async (given, message) => {
    const { status, said } = await banyan("verify", ...target(), ...given);
    expect(status).toBe(2);
    expect(said).toMatch(message);
  });

  test("writes JUnit and evidence, and prints JSON that is JSON", async () => {
    front.fault = {};
    using folder = mkdtempDisposableSync(join(tmpdir(), "banyan-"));
    const junit = join(folder.path, "reports/junit.xml");
    const evidence = join(folder.path, "evidence.json");
    const given = ["verify", ...target(), "--concern", "cache", "--evidence", evidence];
    const first = await banyan(...given, "--reporter", "junit", "--out", junit);
    expect(first.status).toBe(0);
    expect(readFileSync(junit, "utf8")).toContain('<testsuite name="cache"');
    const written: unknown = JSON.parse(readFileSync(evidence, "utf8"));
    expect(written).toMatchObject({ side: "legacy", holds: true, totals: { fail: 0 } });
    const second = await banyan(...given, "--reporter", "json");
    expect(JSON.parse(second.printed)).toMatchObject({ holds: true });
  });

  test("compares two live targets, whatever was recorded", async () => {
    front.fault = { answer: (answer) => ({ ...answer, status: 418 }) };
    const given = ["--case", "cache.status/happy"];
    const same = await banyan("verify", ...target(), ...given, "--against", front.url.href);
    expect(same.status).toBe(0);
    const other = await banyan("verify", ...target(), ...given, "--against", standIn.url.href);
    expect(other.status).toBe(1);
    expect(other.printed).toContain("/status (status)");
  });

  test("run more than once, proposes what varies by itself as volatile", async () => {
    let at = 0;
    front.fault = {
      answer(answer) {
        at += 1;
        const body = answer.body.toString().replace('"active"', String(at));
        return { ...answer, body: Buffer.from(body) };
      },
    };
    const given = ["--case", "cache.status/happy", "--repeat", "2"];
    const { printed } = await banyan("verify", ...target(), ...given);
    expect(printed).toContain(
      '~ cache.status/happy/cache_system/status varies (1, 2): "match": {"/cache_system/status":{"$match":"integer","min":0}}',
    );
  });
});

describe("banyan drift", () => {
  test("finds nothing in a backend that is as it was recorded", async () => {
    front.fault = {};
    const { status, printed } = await banyan("drift", ...target(), "--concern", "cache");
    expect(status).toBe(0);
    expect(lastLine(printed)).toMatch(/^0 breaking changes, 0 harmless ones, in \d+ recorded/);
  });

  test("tells a change that breaks clients from one that does not", async () => {
    front.fault = {
      answer(answer) {
        const body = answer.body.toString().replace('"success":true', '"fresh":1');
        return { ...answer, body: Buffer.from(body) };
      },
    };
    const { status, printed } = await banyan("drift", ...target(), "--case", "cache.status/happy");
    expect(status).toBe(1);
    expect(printed).toContain("✗ breaking  cache.status /body/success (missing)");
    expect(printed).toContain("~ harmless  cache.status /body/fresh (extra)");
  });

  test("takes what banyan record wrote in the place of the project's own recordings", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "banyan-"));
    const { status, said } = await banyan("drift", ...target(), "--recordings", folder.path);
    expect(status).toBe(2);
    expect(said).toContain("Cannot read");
  });
});
