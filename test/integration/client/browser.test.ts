/*
 * The client as a page runs it: Chromium's own fetch and WebSocket, from another origin than the backend's, so that
 * preflights and what a page may read of an answer are the legacy's.
 */
import { readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { loadRecordings } from "#contracts/recordings/load-recordings.ts";
import { createTokenSigner } from "#contracts/recordings/sign-token.ts";
import { packageRoot } from "#platform/package-root.ts";
import { createStandIn, DEFAULT_TOKEN_SECRET, type StandIn } from "#stand-in/index.ts";
import { browserProblem, openBrowser } from "#support/browser.ts";
import { isSkipped } from "#support/services.ts";
import { startTestListener, type TestListener } from "#support/test-listener.ts";

const USER = "11111111-1111-4111-8111-111111111111";
/** One that the legacy allows. Nothing listens there: the test answers for it. */
const ORIGIN = "http://localhost:5173";
const IMPORT_MAP = { imports: { "#contracts/": "/contracts/", zod: "/node_modules/zod/index.js" } };
const PAGE = `<!doctype html><script type="importmap">${JSON.stringify(IMPORT_MAP)}</script>`;

/** The sources as they are, without their types. */
async function serve(path: string): Promise<{ contentType: string; body: string }> {
  if (path === "/") return { contentType: "text/html", body: PAGE };
  const text = await readFile(join(packageRoot(), path), "utf8");
  const body = path.endsWith(".ts") ? stripTypeScriptTypes(text) : text;
  return { contentType: "text/javascript", body };
}

describe.skipIf(isSkipped("the client in Chromium", browserProblem()))("in a browser", () => {
  let browser: Browser;
  let page: Page;
  let standIn: StandIn;
  let front: TestListener;
  let complaints: string[];
  let options: { baseUrl: string; token: string; userId: string };

  beforeAll(async () => {
    const recordings = loadRecordings(join(packageRoot(), "contracts", "recordings"));
    standIn = createStandIn({ recordings });
    const { url } = await standIn.listen({ host: "127.0.0.1", port: 0 });
    front = await startTestListener({ origin: url });
    const sign = createTokenSigner(DEFAULT_TOKEN_SECRET);
    const claims = { sub: USER, exp: 4_102_444_800 };
    const token = sign({ header: { alg: "HS256" }, claims, signature: "valid" });
    options = { baseUrl: front.url.origin, token, userId: USER };
    browser = await openBrowser();
    // The page counts as one of the Internet, because no server of this machine gave it.
    page = await browser.newPage({ permissions: ["local-network-access"] });
    complaints = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.route(`${ORIGIN}/**`, async (route) =>
      route.fulfill(await serve(new URL(route.request().url()).pathname)),
    );
    await page.goto(ORIGIN);
  });
  afterAll(async () => {
    await browser.close();
    await front[Symbol.asyncDispose]();
    await standIn.close();
  });

  /** Runs in the page, with the client's exports and what they are given. Text, so that no tool rewrites it. */
  const inPage = async (body: string): Promise<unknown> =>
    page.evaluate(
      `import("/src/client/index.ts").then(async ({ createPamClient, openPamSocket }) => {
        const { token, ...rest } = ${JSON.stringify(options)};
        const given = { ...rest, getToken: () => token };
        const hello = { user_id: given.userId, message: "Hello there" };
        const kindOf = async (call) => call.catch(({ kind }) => kind);
        ${body}
      })`,
    );

  test("a question is answered over REST, past the preflight", async () => {
    expect(await inPage("return createPamClient(given).chat(hello)")).toMatchObject({
      type: "chat_response",
      error: false,
    });
    expect(complaints).toEqual([]);
  });

  test("questions are answered over a socket", async () => {
    const answers = await inPage(`
      const socket = openPamSocket(given);
      const all = await Promise.all([socket.ask("Hello there"), socket.ask("Thanks")]);
      socket.close();
      return all.map(({ response }) => response);
    `);
    expect(answers).toEqual([expect.stringContaining("PAM"), expect.stringContaining("PAM")]);
  });

  test("a refused token is told apart, over REST and over the socket", async () => {
    const kinds = await inPage(`
      const refused = { ...given, getToken: () => "no.token" };
      const socket = openPamSocket(refused);
      return Promise.all([
        kindOf(createPamClient(refused).chat(hello)),
        kindOf(socket.ask("Hello there")),
      ]);
    `);
    expect(kinds).toEqual(["unauthorized", "unauthorized"]);
  });
});
