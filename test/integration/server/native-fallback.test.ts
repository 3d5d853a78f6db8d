import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Authenticator } from "#platform/auth.ts";
import { AppError } from "#platform/errors.ts";
import { startTestListener, type TestListener } from "#support/test-listener.ts";

const upstream = createServer((_request, response) => {
  response.writeHead(200, { "x-from": "legacy" }).end("from the legacy");
});
const CAPABILITIES = "/api/v1/pam/agentic/capabilities";
const VALIDATE = "/api/v1/pam/message-size/validate";

const failing = async (): Promise<never> => {
  throw new TypeError("broken");
};
const broken: Authenticator = { verifyHeader: failing, verifyToken: failing };

const refuse = async (): Promise<never> => {
  throw new AppError("TOKEN_MISSING");
};
const refusing: Authenticator = { verifyHeader: refuse, verifyToken: refuse };

let origin: URL;
beforeAll(async () => {
  await new Promise<void>((resolve) => {
    upstream.listen(0, "127.0.0.1", resolve);
  });
  origin = new URL(`http://127.0.0.1:${(upstream.address() as AddressInfo).port}`);
});
afterAll(() => upstream.close());

const start = async (authenticator: Authenticator): Promise<TestListener> =>
  startTestListener({
    origin,
    flags: { "pam.agentic": "on", "pam.security": "on" },
    dependencies: { authenticator },
  });

describe("a native side that fails", () => {
  test("at a read leaves it to the legacy, and nothing of its own answer is seen", async () => {
    await using service = await start(broken);
    const response = await fetch(new URL(CAPABILITIES, service.url));
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("from the legacy");
    expect(response.headers.get("x-banyan-side")).toBe("legacy");
    expect(response.headers.get("x-from")).toBe("legacy");
    expect(response.headers.get("content-security-policy")).toBeNull();
    expect(service.records).toMatchObject([
      {
        status: 200,
        decision: { side: "legacy", reason: "native-failed", flag: "pam.agentic" },
        nativeFailure: { status: 500 },
      },
    ]);
  });

  test("at a write answers for itself: it may have done half of it", async () => {
    await using service = await start(broken);
    const response = await fetch(new URL(VALIDATE, service.url), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(response.status).toBe(500);
    expect(response.headers.get("x-banyan-side")).toBe("native");
  });
});

test("a native side that refuses has not failed: its 401 is its answer", async () => {
  await using service = await start(refusing);
  const response = await fetch(new URL(CAPABILITIES, service.url));
  expect(response.status).toBe(401);
  expect(response.headers.get("x-banyan-side")).toBe("native");
  await response.arrayBuffer();
});
