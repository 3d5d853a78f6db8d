import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  createFileFlagEditor,
  createUnleashFlagEditor,
  readFlagsFile,
} from "#platform/flags/index.ts";
import { listen } from "#platform/listen.ts";

describe("a flags file", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "banyan-editor-"));
  });
  afterAll(async () => rm(folder, { recursive: true, force: true }));

  test("is made where there is none, and changes made at once are all kept", async () => {
    const path = join(folder, "flags.json");
    const editor = createFileFlagEditor(path);
    const changes = await Promise.all([
      editor.set("pam.chat", 30, "ada"),
      editor.set("pam.tts", "on", "ada"),
      editor.set("pam.chat", "off", "ada"),
    ]);
    expect(changes).toEqual([
      { flag: "pam.chat", from: "not set", to: "30 % by userId in group pam" },
      { flag: "pam.tts", from: "not set", to: "always" },
      { flag: "pam.chat", from: "30 % by userId in group pam", to: "never (disabled)" },
    ]);
    const { features } = await readFlagsFile(path);
    expect(features.map(({ name, enabled }) => [name, enabled])).toEqual([
      ["pam.chat", false],
      ["pam.tts", true],
    ]);
  });

  test("that is broken is left alone, and the next change is tried again", async () => {
    const path = join(folder, "broken.json");
    await writeFile(path, "{");
    const editor = createFileFlagEditor(path);
    await expect(editor.set("pam.chat", "on", "ada")).rejects.toMatchObject({
      code: "FLAG_NOT_CHANGED",
      detail: expect.stringContaining("line 1"),
    });
    await writeFile(path, '{"version":2,"features":[]}');
    expect(await editor.set("pam.chat", "on", "ada")).toMatchObject({ to: "always" });
  });
});

interface Told {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** A server that says what a test wants of one flag, and keeps what it was told. */
async function openFake(answer: (told: Told) => { status: number; body?: unknown }) {
  const told: Told[] = [];
  const authorizations: unknown[] = [];
  const server = createServer((request, response) => {
    async function reply(): Promise<void> {
      const body = await text(request);
      const { method = "", url: path = "", headers } = request;
      const call = { method, path, body: body === "" ? undefined : JSON.parse(body) };
      told.push(call);
      authorizations.push(headers.authorization);
      const { status, body: given } = answer(call);
      response.writeHead(status).end(given === undefined ? "" : JSON.stringify(given));
    }
    void reply();
  });
  const url = await listen(server, { host: "127.0.0.1", port: 0 });
  return {
    told,
    authorizations,
    editor: createUnleashFlagEditor({
      url: `${url.origin}/api`,
      token: "*:*.admin-secret",
      clientToken: "travel:live.client-secret",
      fetch,
    }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

const environment = (strategies: unknown[], enabled = true) => ({
  status: 200,
  body: { name: "pam.chat", environments: [{ name: "live", enabled, strategies }] },
});
const strategy = (rollout: string, id = "s1") => ({
  id,
  name: "flexibleRollout",
  parameters: { rollout, stickiness: "userId", groupId: "pam" },
  constraints: [{ contextName: "userId", operator: "IN", values: ["a"] }],
});
const PATH = "/api/admin/projects/travel/features/pam.chat";

describe("Unleash's admin API", () => {
  test("gets another share for the one strategy there is, its constraints kept, in the token's place", async () => {
    await using fake = await openFake(() => environment([strategy("30")]));
    await fake.editor.set("pam.chat", 40, "ada");
    expect(fake.told.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET ${PATH}`,
      `PUT ${PATH}/environments/live/strategies/s1`,
      `POST ${PATH}/environments/live/on`,
      `GET ${PATH}`,
    ]);
    const { id: _, ...kept } = strategy("40");
    expect(fake.told[1]?.body).toEqual(kept);
    expect(new Set(fake.authorizations)).toEqual(new Set(["*:*.admin-secret"]));
  });

  test("is asked to make a flag that it does not know", async () => {
    let isMade = false;
    await using fake = await openFake(({ method, path }) => {
      if (method === "GET") return isMade ? environment([strategy("100")]) : { status: 404 };
      isMade ||= path.endsWith("/features");
      return { status: 201 };
    });
    expect(await fake.editor.set("pam.chat", "on", "ada")).toMatchObject({ from: "not set" });
    expect(fake.told[1]).toMatchObject({ method: "POST", body: { name: "pam.chat" } });
    expect(fake.told[2]?.path).toBe(`${PATH}/environments/live/strategies`);
  });

  test("turns a flag off without touching its strategies", async () => {
    await using fake = await openFake(() => environment([strategy("30"), strategy("5", "s2")]));
    await fake.editor.set("pam.chat", "off", "ada");
    expect(fake.told[1]).toMatchObject({ method: "POST", path: `${PATH}/environments/live/off` });
    expect(fake.told).toHaveLength(3);
  });

  test.each([
    [
      "several strategies",
      environment([strategy("30"), strategy("5", "s2")]),
      "several strategies",
    ],
    ["a token that is refused", { status: 401, body: {} }, "401: see the admin token"],
    ["an unknown environment", { status: 200, body: { environments: [] } }, "no environment live"],
  ])("changes nothing with %s, and says why", async (_case, answer, why) => {
    await using fake = await openFake(() => answer);
    await expect(fake.editor.set("pam.chat", 40, "ada")).rejects.toMatchObject({
      code: "FLAG_NOT_CHANGED",
      detail: expect.stringContaining(why),
    });
    expect(fake.told).toHaveLength(1);
  });

  test("that is away is named without its token", async () => {
    const fake = await openFake(() => environment([]));
    await fake[Symbol.asyncDispose]();
    const failure = fake.editor.set("pam.chat", 40, "ada");
    await expect(failure).rejects.toMatchObject({ code: "FLAG_NOT_CHANGED" });
    await expect(failure).rejects.not.toThrow(/secret/u);
  });
});
