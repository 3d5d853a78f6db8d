import { describe, expect, test } from "vitest";
import { z } from "zod";

import { createAdminClient, toAdminUrl } from "#cli/admin-client.ts";
import { loadConfig } from "#platform/config/load-config.ts";

const ADMIN = new URL("http://127.0.0.1:9090");
const schema = z.object({ name: z.string() });

interface Sent {
  readonly url: string;
  readonly init: RequestInit | undefined;
}

function toClient(answer: () => Response | Promise<Response>, token?: string) {
  const sent: Sent[] = [];
  const client = createAdminClient({
    url: ADMIN,
    token,
    fetch: async (input, init) => {
      sent.push({ url: input instanceof Request ? input.url : String(input), init });
      return answer();
    },
  });
  return { client, sent };
}

test("what is read is asked without the token", async () => {
  const { client, sent } = toClient(() => Response.json({ name: "a", more: 1 }), "a-token");
  expect(await client.get("/api/census", schema)).toEqual({ name: "a" });
  expect(sent[0]?.url).toBe("http://127.0.0.1:9090/api/census");
  expect(sent[0]?.init?.headers).toBeUndefined();
});

test("what changes something carries it, as JSON", async () => {
  const { client, sent } = toClient(() => Response.json({ name: "a" }), "a-token");
  await client.post("/api/evidence", { side: "native" }, schema);
  expect(sent[0]?.init).toMatchObject({
    method: "POST",
    headers: { authorization: "Bearer a-token", "content-type": "application/json" },
    body: '{"side":"native"}',
    redirect: "error",
  });
});

test("without a token nothing that changes something is sent", async () => {
  const { client, sent } = toClient(() => Response.json({ name: "a" }));
  await expect(client.post("/api/evidence", {}, schema)).rejects.toThrow("Set ADMIN_TOKEN");
  expect(sent).toEqual([]);
});

describe("a failure says what to do about it", () => {
  test.each<[string, () => Response | Promise<Response>, RegExp]>([
    [
      "a refusal in its own words",
      () => Response.json({ detail: "This is not the admin token" }, { status: 401 }),
      /POST \/api\/x of http:\/\/127\.0\.0\.1:9090 answered 401: This is not the admin token/u,
    ],
    ["a refusal without words", () => new Response("no", { status: 502 }), /answered 502$/u],
    [
      "an answer that is none of an admin listener's",
      () => new Response("<html>"),
      /does not answer as an admin listener of this version/u,
    ],
    [
      "nobody there",
      async () => {
        const cause = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
        throw new TypeError("fetch failed", { cause });
      },
      /Cannot reach the admin listener http:\/\/127\.0\.0\.1:9090: nothing listens there/u,
    ],
  ])("%s", async (_, answer, expected) => {
    const { client } = toClient(answer, "a-token");
    await expect(client.post("/api/x", {}, schema)).rejects.toThrow(expected);
  });
});

describe("where the admin listener is", () => {
  test.each([
    [{}, "http://127.0.0.1:9090/"],
    [{ ADMIN_HOST: "0.0.0.0", ADMIN_PORT: "19090" }, "http://127.0.0.1:19090/"],
    [{ ADMIN_HOST: "::1" }, "http://[::1]:9090/"],
    [{ ADMIN_HOST: "::" }, "http://127.0.0.1:9090/"],
  ])("%j", (environment, expected) => {
    expect(toAdminUrl(loadConfig(environment)).href).toBe(expected);
  });
});
