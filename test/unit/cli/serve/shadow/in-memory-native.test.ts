import { AsyncLocalStorage } from "node:async_hooks";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

import { describe, expect, test } from "vitest";
import { WebSocketServer, type WebSocket } from "ws";

import { createInMemoryNative, type InMemoryNative } from "#cli/serve/shadow/in-memory-native.ts";
import type { ConversationListener, ShadowSubject } from "#delivery/shadow/index.ts";
import type { RouteMatcher } from "#routing/match-route.ts";
import type { NativeSide } from "#routing/native.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import { until } from "#support/until.ts";

const SUBJECT: ShadowSubject = {
  requestId: "request-1",
  routeId: "chat.send",
  cohort: "cohort",
  method: "POST",
  target: "/api/v1/pam/chat?a=%20b",
  headers: ["Host", "pam.example"],
  isSafe: false,
};

/** Every target is the same route, but for one that no row names. */
const matchRoute: RouteMatcher = (_method, target) => {
  const [route] = ROUTE_TABLE;
  return route === undefined || target === "/nowhere" ? undefined : { route, params: {} };
};

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

const ANSWERED = { kind: "answered", status: 200, errorCode: undefined } as const;

const answering = (handle: Handle): InMemoryNative =>
  createInMemoryNative({
    matchRoute,
    native: {
      async handle({ request, response }) {
        await handle(request, response);
        return ANSWERED;
      },
      open: async () => Promise.reject(new TypeError("There is no socket here")),
    },
  });

const run = {
  signal: new AbortController().signal,
  within: <Result>(task: () => Result): Result => task(),
};

const echo: Handle = async (request, response) => {
  const { method, url, rawHeaders } = request;
  const chunks: Buffer[] = await request.toArray();
  const body = Buffer.concat(chunks).toString("latin1");
  response.end(JSON.stringify({ method, url, rawHeaders, body }));
};

/** `Name: value, Name: value` as names and values in turn. */
const flat = (headers: string): readonly string[] => headers.split(/: |, /);
const long = "l".repeat(40_000);

describe("a request", () => {
  test("comes as the client sent it, but for what belongs to the client's connection", async () => {
    const sent = Buffer.from([0, 255, 10, 13, 10, 120]);
    const headers = [
      ...SUBJECT.headers,
      ...flat("X-Twice: 1, x-TWICE: 2, Transfer-Encoding: chunked, Expect: 100-continue"),
      ...flat(`Connection: keep-alive, Content-Type: x/y, X-Long: ${long}`),
    ];
    const { status, body } = await answering(echo).ask({ ...SUBJECT, headers }, sent, run);
    expect(status).toBe(200);
    expect(JSON.parse(body.toString())).toEqual({
      method: "POST",
      url: "/api/v1/pam/chat?a=%20b",
      rawHeaders: [
        ...flat("Host: pam.example, X-Twice: 1, x-TWICE: 2, Content-Type: x/y"),
        ...flat(`X-Long: ${long}, x-request-id: request-1, content-length: 6, connection: close`),
      ],
      body: sent.toString("latin1"),
    });
  });

  test("without a body has none, and without a host is one all the same", async () => {
    const subject = { ...SUBJECT, method: "GET", headers: [] };
    const { body } = await answering(echo).ask(subject, Buffer.alloc(0), run);
    expect(JSON.parse(body.toString())).toMatchObject({
      rawHeaders: ["x-request-id", "request-1", "connection", "close"],
      body: "",
    });
  });

  test("with a large body arrives whole", async () => {
    const sent = Buffer.alloc(300_000, "x");
    const native = answering(async (request, response) => {
      let length = 0;
      for await (const chunk of request) length += Buffer.isBuffer(chunk) ? chunk.length : 0;
      response.end(String(length));
    });
    expect((await native.ask(SUBJECT, sent, run)).body.toString()).toBe("300000");
  });
});

describe("an answer", () => {
  const ask = async (handle: Handle, method = "GET") =>
    answering(handle).ask({ ...SUBJECT, method }, Buffer.alloc(0), run);

  test("in chunks is put together, with its headers as they were sent", async () => {
    const answer = await ask((_request, response) => {
      response.writeHead(418, ["X-Twice", "1", "x-TWICE", "2"]);
      response.write("one ");
      setImmediate(() => response.end("two"));
    });
    expect(answer.status).toBe(418);
    expect(answer.body.toString()).toBe("one two");
    expect(answer.headers.slice(0, 4)).toEqual(["X-Twice", "1", "x-TWICE", "2"]);
  });

  test("to HEAD has a length and no body", async () => {
    const answer = await ask((_request, response) => {
      response.writeHead(200, { "content-length": "12" }).end();
    }, "HEAD");
    expect(answer).toMatchObject({ status: 200, body: Buffer.alloc(0) });
    expect(answer.headers).toContain("12");
  });

  test.each<readonly [string, string, Handle]>([
    [
      "that breaks off",
      "aborted",
      (_request, response) => response.write("{", () => response.destroy()),
    ],
    ["that never begins", "hang up", (_request, response) => void response.destroy()],
    ["of a handler that rejects", "hang up", async () => Promise.reject(new TypeError("a bug"))],
    [
      "longer than is compared",
      "too long to compare",
      (_request, response) => {
        response.end(Buffer.alloc(600_000));
      },
    ],
  ])("%s is none", async (_, problem, handle) => {
    await expect(ask(handle)).rejects.toThrow(problem);
  });

  test("of no route is none", async () => {
    const subject = { ...SUBJECT, target: "/nowhere" };
    await expect(answering(echo).ask(subject, Buffer.alloc(0), run)).rejects.toThrow("hang up");
  });

  test("that nobody waits for any more is let go of, and its handler sees the client leave", async () => {
    const controller = new AbortController();
    const left = Promise.withResolvers<void>();
    const native = answering((_request, response) => {
      response.once("close", left.resolve);
      controller.abort(new Error("enough"));
    });
    const asked = native.ask(SUBJECT, Buffer.alloc(0), { ...run, signal: controller.signal });
    await expect(asked).rejects.toThrow("abort");
    await left.promise;
  });
});

test("what a handler does is done within its own run, however many there are", async () => {
  const storage = new AsyncLocalStorage<string>();
  const native = answering(async (request, response) => {
    await request.toArray();
    setImmediate(() => response.end(storage.getStore()));
  });
  const names = Array.from({ length: 20 }, (_, at) => `run ${at}`);
  const answers = await Promise.all(
    names.map(async (name) =>
      native.ask(SUBJECT, Buffer.from("x"), {
        ...run,
        within: (task) => storage.run(name, task),
      }),
    ),
  );
  expect(answers.map(({ body }) => body.toString())).toEqual(names);
});

/** A native side whose sockets are the library's. */
function conversing(talk: (socket: WebSocket, request: IncomingMessage) => void) {
  const wires: Duplex[] = [];
  const sockets = new WebSocketServer({ noServer: true });
  const open: NativeSide["open"] = async ({ request, socket, head }) => {
    wires.push(socket);
    sockets.handleUpgrade(request, socket, head, (opened) => talk(opened, request));
    return Promise.resolve({ kind: "abandoned" });
  };
  const native = createInMemoryNative({
    matchRoute,
    native: { open, handle: async () => Promise.resolve(ANSWERED) },
  });
  return { native, areClosed: () => wires.every((wire) => wire.destroyed) };
}

function createEar() {
  const heard: (string | Buffer | number)[] = [];
  const listener: ConversationListener = {
    frame: (data) => heard.push(data),
    closed: (code) => heard.push(code),
  };
  return { heard, listener };
}

describe("a socket", () => {
  test("carries text and bytes both ways, from the first frame on, and its close by the server", async () => {
    const { native, areClosed } = conversing((socket, { rawHeaders, url }) => {
      socket.send(`${url} ${rawHeaders.includes("X-Own")}`);
      socket.on("message", (data, isBinary) => {
        socket.send(data, { binary: isBinary });
        if (!isBinary) socket.close(4003, "enough");
      });
    });
    const { heard, listener } = createEar();
    const headers = [...SUBJECT.headers, "X-Own", "1", "Sec-WebSocket-Extensions", "what-else"];
    const talk = await native.converse({ ...SUBJECT, headers }, listener, run);
    const bytes = Buffer.from([0, 255, 1]);
    talk.send(bytes);
    talk.send("hällo");
    await until(() => heard.includes(4003));
    expect(heard).toEqual(["/api/v1/pam/chat?a=%20b true", bytes, "hällo", 4003]);
    await until(areClosed);
  });

  test("is closed by the client with the client's code", async () => {
    const codes: number[] = [];
    const { native, areClosed } = conversing((socket) => {
      socket.on("close", (code) => codes.push(code));
    });
    const { heard, listener } = createEar();
    (await native.converse(SUBJECT, listener, run)).close(1000);
    await until(() => heard.length > 0);
    expect([codes, heard]).toEqual([[1000], [1000]]);
    await until(areClosed);
  });

  test.each<readonly [string, string, NativeSide["open"]]>([
    [
      "that is refused",
      "403",
      async ({ socket }) => {
        socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
        return Promise.resolve({ kind: "refused", status: 403 });
      },
    ],
    ["whose handler rejects", "hang up", async () => Promise.reject(new TypeError("a bug"))],
  ])("%s is none", async (_, problem, open) => {
    const native = createInMemoryNative({
      matchRoute,
      native: { open, handle: async () => Promise.resolve(ANSWERED) },
    });
    await expect(native.converse(SUBJECT, createEar().listener, run)).rejects.toThrow(problem);
  });

  test.each(["before", "while"])(
    "that nobody waits for %s it opens is let go of, and no error of it is heard of again",
    async (when) => {
      const controller = new AbortController();
      const wires: Duplex[] = [];
      const native = createInMemoryNative({
        matchRoute,
        native: {
          async open({ socket }) {
            wires.push(socket);
            controller.abort(new Error("enough"));
            return new Promise(() => {});
          },
          handle: async () => Promise.resolve(ANSWERED),
        },
      });
      if (when === "before") controller.abort(new Error("enough"));
      const { signal } = controller;
      const asked = native.converse(SUBJECT, createEar().listener, { ...run, signal });
      await expect(asked).rejects.toThrow("before the connection was established");
      await until(() => wires.every((wire) => wire.destroyed));
    },
  );

  test("that nobody waits for any more is cut", async () => {
    const controller = new AbortController();
    const opened = Promise.withResolvers<WebSocket>();
    const { native, areClosed } = conversing(opened.resolve);
    const { heard, listener } = createEar();
    await native.converse(SUBJECT, listener, { ...run, signal: controller.signal });
    const closed = once(await opened.promise, "close");
    controller.abort(new Error("enough"));
    await closed;
    await until(areClosed);
    expect(heard).toEqual([1006]);
  });

  test("does what a frame makes it do within its own run", async () => {
    const storage = new AsyncLocalStorage<string>();
    const { native } = conversing((socket) => {
      socket.on("message", () => socket.send(String(storage.getStore())));
    });
    const { heard, listener } = createEar();
    const talks = await Promise.all(
      ["one", "two"].map(async (name) =>
        native.converse(SUBJECT, listener, {
          ...run,
          within: (task) => storage.run(name, task),
        }),
      ),
    );
    for (const talk of talks) talk.send("who?");
    await until(() => heard.length === 2);
    expect(new Set(heard)).toEqual(new Set(["one", "two"]));
    for (const talk of talks) talk.close(1000);
  });
});

test("nothing is left open when all has been said", async () => {
  const before = process.getActiveResourcesInfo().length;
  const native = answering(echo);
  for (let time = 0; time < 20; time += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await native.ask(SUBJECT, Buffer.from("x"), run);
  }
  const { native: talkative, areClosed } = conversing((socket) => socket.close(1000));
  const { heard, listener } = createEar();
  await talkative.converse(SUBJECT, listener, run);
  await until(() => heard.includes(1000) && areClosed());
  expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(before);
});
