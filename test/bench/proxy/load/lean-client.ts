import { connect, type Socket } from "node:net";
import { argv, stdout } from "node:process";

import { createTokens, toRequests } from "./requests.ts";

/*
 * As many requests as go, from a process of its own, with next to no work for each: answers are told by their length,
 * which the first one has shown. Takes the port, the connections and the seconds, and prints how many a second it were.
 */
const [port = 0, connections = 0, seconds = 0] = argv.slice(2).map(Number);
const requests = toRequests("get", port, await createTokens());
const GOOD = Buffer.from("HTTP/1.1 200 ");

let answered = 0;
let isOver = false;

function lengthOf(answer: Buffer): number {
  const text = answer.toString("latin1");
  const bodyLength = Number(/\r\ncontent-length: ?(\d+)/iu.exec(text)?.[1]);
  const length = text.indexOf("\r\n\r\n") + 4 + bodyLength;
  if (Number.isNaN(length)) throw new Error(`No length in the answer: ${text.slice(0, 200)}`);
  return length;
}

function fail(message: string): void {
  if (isOver) return;
  throw new Error(message);
}

function ask(socket: Socket, index: number): void {
  const request = requests[index % requests.length] ?? Buffer.alloc(0);
  let length = 0;
  let received = 0;
  socket.on("data", (chunk) => {
    if (length === 0) length = lengthOf(chunk);
    if (received === 0 && chunk.compare(GOOD, 0, GOOD.length, 0, GOOD.length) !== 0) {
      fail(`An answer was no 200: ${chunk.toString("latin1", 0, 40)}`);
    }
    received += chunk.length;
    if (received < length) return;
    if (received > length) fail("An answer was longer than the first");
    received = 0;
    answered += 1;
    if (!isOver) socket.write(request);
  });
  socket.on("error", (error) => fail(error.message));
  socket.on("close", () => fail("A connection was closed"));
  socket.write(request);
}

const sockets = Array.from({ length: connections }, (_, index) => {
  const socket = connect(port, "127.0.0.1");
  socket.setNoDelay(true);
  socket.once("connect", () => ask(socket, index));
  return socket;
});
const startedAtMs = performance.now();
setTimeout(() => {
  isOver = true;
  const perSecond = (answered / (performance.now() - startedAtMs)) * 1_000;
  for (const socket of sockets) socket.destroy();
  stdout.write(`${perSecond}\n`);
}, seconds * 1_000);
