import { once } from "node:events";
import { createServer, type Server as HttpServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { gzipSync } from "node:zlib";

import { afterEach, expect, test } from "vitest";

import { checkReachable } from "#contract-suite/wire/check-reachable.ts";
import { createHttpClient } from "#contract-suite/wire/http-client.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server): Promise<URL> {
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const serve = async (listener: RequestListener): Promise<URL> =>
  listen(createServer(listener) satisfies HttpServer);

const request = { method: "GET", target: "/", headers: [], body: undefined };

test("a request goes out with the very target, headers and order that it was given", async () => {
  const heads: string[] = [];
  const url = await listen(
    createTcpServer((socket) => {
      socket.once("data", (data) => {
        heads.push(data.toString("latin1"));
        socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      });
    }),
  );
  await using closing = closingClient(url);
  const headers = ["x-B", "1", "X-a", "2", "x-b", "3"];
  const target = "/api//v1/%2e%2E/./x?a=%zz&a=b c".replace(" ", "%20");
  await closing.client.send({ ...request, target, headers }, 2_000);
  const lines = heads.join("").split("\r\n");
  expect(lines[0]).toBe(`GET ${target} HTTP/1.1`);
  expect(lines.slice(1, 5)).toEqual([`Host: ${url.host}`, "x-B: 1", "X-a: 2", "x-b: 3"]);
});

function closingClient(url: URL) {
  const client = createHttpClient(url, 2);
  return { client, [Symbol.asyncDispose]: async () => client.close() };
}

test("a base URL with a path keeps it in front of every target", async () => {
  const targets: (string | undefined)[] = [];
  const url = await serve((incoming, response) => {
    targets.push(incoming.url);
    response.end();
  });
  await using closing = closingClient(new URL("/staging/", url));
  await closing.client.send({ ...request, target: "/api/v1/pam/health" }, 2_000);
  expect(targets).toEqual(["/staging/api/v1/pam/health"]);
});

test("a coded body is read, and its headers stay as they came", async () => {
  const url = await serve((_incoming, response) => {
    response.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync("hello"));
  });
  await using closing = closingClient(url);
  const answer = await closing.client.send(request, 2_000);
  expect(answer.body.toString()).toBe("hello");
  expect(answer.headers).toContain("Content-Encoding");
});

test("a connection that was closed while it was idle is no answer of the target", async () => {
  let served = 0;
  const url = await listen(
    createTcpServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => {
        served += 1;
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        // The next request on this connection meets a reset.
        socket.once("data", () => socket.resetAndDestroy());
      });
    }),
  );
  await using closing = closingClient(url);
  await closing.client.send(request, 2_000);
  expect((await closing.client.send(request, 2_000)).status).toBe(200);
  expect(served).toBe(2);
});

test("an answer that does not come in time is given up", async () => {
  const url = await listen(createTcpServer((socket) => socket.resume()));
  await using closing = closingClient(url);
  await expect(closing.client.send(request, 50)).rejects.toThrow(/abort|timeout/i);
});

test("a place where nothing listens is told from one where something does", async () => {
  const url = await serve((_incoming, response) => response.end());
  await expect(checkReachable(url)).resolves.toBeUndefined();
  await expect(checkReachable(new URL("http://127.0.0.1:9"))).rejects.toThrow(
    "Cannot reach http://127.0.0.1:9/",
  );
});
