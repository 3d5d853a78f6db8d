import type { FrameContract, SocketContract } from "#contracts/contract.ts";
import { toExtensions } from "#contracts/documents/extensions.ts";
import { type JsonObject, toJsonSchema } from "#contracts/documents/json-schema.ts";

type Direction = "inbound" | "outbound";

const nameOf = (direction: Direction, frame: string): string => `${direction}.${frame}`;

/** JSON Pointers: none of our names has a slash or a tilde. */
const channelRef = (id: string): JsonObject => ({ $ref: `#/channels/${id}` });
const messageRef = (id: string, name: string): JsonObject => ({
  $ref: `#/channels/${id}/messages/${name}`,
});

function toMessage(frame: FrameContract, direction: Direction): JsonObject {
  return {
    name: frame.name,
    summary: frame.when,
    contentType: "application/json",
    payload: toJsonSchema(frame.schema, direction === "inbound" ? "input" : "output"),
    "x-banyan-status": frame.status,
  };
}

const toMessages = (
  frames: readonly FrameContract[],
  direction: Direction,
): readonly (readonly [string, JsonObject])[] =>
  frames.map((frame) => [nameOf(direction, frame.name), toMessage(frame, direction)]);

function toChannel(socket: SocketContract): JsonObject {
  const { id, path, summary, request } = socket;
  const parameters = Object.keys(request.path?.shape ?? {});
  return {
    address: path,
    summary,
    messages: Object.fromEntries([
      ...toMessages(socket.inbound, "inbound"),
      ...toMessages(socket.outbound, "outbound"),
    ]),
    ...(parameters.length > 0 && {
      parameters: Object.fromEntries(parameters.map((name) => [name, {}])),
    }),
    bindings: {
      ws: {
        method: "GET",
        ...(request.query !== undefined && { query: toJsonSchema(request.query, "input") }),
        bindingVersion: "0.1.0",
      },
    },
    ...toExtensions(id),
    "x-banyan-auth": socket.auth,
    "x-banyan-closes": socket.closes.map(({ code, reason, status, when }) => ({
      code,
      reason: toJsonSchema(reason, "output"),
      status,
      when,
    })),
    "x-banyan-refusals": socket.refusals.map(({ status, body, when }) => ({
      status,
      body: toJsonSchema(body, "output"),
      when,
    })),
  };
}

/** One operation for each frame that the server takes, with its replies, and one for all that it sends. */
function toOperations({
  id,
  inbound,
  outbound,
}: SocketContract): readonly (readonly [string, JsonObject])[] {
  const receiving = inbound.map(({ name, when, replies = [] }) => {
    const operation = {
      action: "receive",
      channel: channelRef(id),
      summary: when,
      messages: [messageRef(id, nameOf("inbound", name))],
      ...(replies.length > 0 && {
        reply: {
          channel: channelRef(id),
          messages: replies.map((reply) => messageRef(id, nameOf("outbound", reply))),
        },
      }),
    };
    return [`${id}.receive.${name}`, operation] as const;
  });
  const sending = {
    action: "send",
    channel: channelRef(id),
    messages: outbound.map(({ name }) => messageRef(id, nameOf("outbound", name))),
  };
  return [...receiving, [`${id}.send`, sending]];
}

/** The AsyncAPI 3.0 document of all sockets, seen from the server: it receives what clients send. */
export function toAsyncApi(contracts: readonly SocketContract[]): JsonObject {
  return {
    asyncapi: "3.0.0",
    info: {
      title: "PAM",
      description: "The travel assistant's WebSockets, as its clients know them",
      version: "1.0.0",
      license: { name: "MIT" },
    },
    defaultContentType: "application/json",
    channels: Object.fromEntries(contracts.map((socket) => [socket.id, toChannel(socket)])),
    operations: Object.fromEntries(contracts.flatMap(toOperations)),
  };
}
