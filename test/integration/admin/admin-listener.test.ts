import { once } from "node:events";
import { connect } from "node:net";

import { expect, test } from "vitest";

import { openAdminListener } from "#admin/admin-listener.ts";
import { createAdminSide } from "#support/admin-side.ts";

test("it closes at once, under a browser that keeps its connection", async () => {
  const listener = await openAdminListener(createAdminSide().app, { host: "127.0.0.1", port: 0 });
  const socket = connect(Number(listener.url.port), "127.0.0.1");
  socket.write("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n");
  const [answer] = await once(socket, "data");
  expect(String(answer)).toContain('{"status":"alive"}');
  const closed = once(socket, "close");
  await listener.close();
  await closed;
  await expect(fetch(listener.url)).rejects.toThrow("fetch failed");
});

test("a taken address is named in the error", async () => {
  const { app } = createAdminSide();
  const first = await openAdminListener(app, { host: "127.0.0.1", port: 0 });
  const taken = openAdminListener(app, { host: "127.0.0.1", port: Number(first.url.port) });
  await expect(taken).rejects.toMatchObject({ code: "ADDRESS_IN_USE" });
  await first.close();
});
