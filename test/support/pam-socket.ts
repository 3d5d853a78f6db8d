import { z } from "zod";

import { framesOf } from "#contract-suite/run/hold-to-contract.ts";
import { openSocket, type OpenSocket } from "#contract-suite/wire/socket-client.ts";
import { wsSocket } from "#contracts/ws/socket.contract.ts";
import { signToken } from "#support/sign-token.ts";
import type { TestListener } from "#support/test-listener.ts";

export const USER_ID = "11111111-1111-4111-8111-111111111111";

const frameSchema = z.looseObject({ type: z.string() });
export type ReceivedFrame = z.infer<typeof frameSchema>;

const PATIENCE_MS = 5_000;

export interface PamSocket {
  readonly raw: OpenSocket;
  send(frame: unknown): void;
  /** The next frame. Throws where it is none of the contract, or where the socket ends. */
  frame(): Promise<ReceivedFrame>;
  /** `code reason` of the end. Throws where a frame comes instead. */
  end(): Promise<string>;
  /** Passes once a ping has come back: whatever was to be sent before it has come. */
  quiet(): Promise<void>;
}

/** Takes what comes as the frames of the assistant's socket. */
export function toPamSocket(raw: OpenSocket): PamSocket {
  async function frame(): Promise<ReceivedFrame> {
    const event = await raw.next(PATIENCE_MS);
    if (event?.kind !== "text") throw new Error(`No frame, but ${JSON.stringify(event)}`);
    if (framesOf(wsSocket.outbound, event.text).length === 0) {
      throw new Error(`No frame of the contract: ${event.text}`);
    }
    return frameSchema.parse(JSON.parse(event.text));
  }
  const send = (given: unknown): void =>
    raw.send(typeof given === "string" || Buffer.isBuffer(given) ? given : JSON.stringify(given));
  return {
    raw,
    send,
    frame,
    async end() {
      const event = await raw.next(PATIENCE_MS);
      if (event?.kind !== "close") throw new Error(`No end, but ${JSON.stringify(event)}`);
      return `${event.code} ${event.reason}`.trim();
    },
    async quiet() {
      send({ type: "ping" });
      const { type } = await frame();
      if (type !== "pong") throw new Error(`No pong, but ${type}`);
    },
  };
}

export interface OpenPamOptions {
  /** Default: `USER_ID`. */
  readonly userId?: string;
  /** Default: a good one of the user. */
  readonly token?: string;
  readonly path?: string;
}

/** Opens a socket of the listener. Throws where the handshake is refused. */
export async function openRaw(
  { port }: Pick<TestListener, "port">,
  { userId = USER_ID, token, path = "/api/v1/pam/ws" }: OpenPamOptions = {},
): Promise<OpenSocket> {
  const own = token ?? (await signToken({ sub: userId }));
  const handshake = await openSocket({
    base: new URL(`ws://127.0.0.1:${port}`),
    target: `${path}/${encodeURIComponent(userId)}?token=${own}`,
    headers: [],
    deadlineMs: PATIENCE_MS,
  });
  if (handshake.kind !== "open") throw new Error(`Not open: ${JSON.stringify(handshake)}`);
  return handshake.socket;
}

/** The same, greeted. */
export async function openPam(
  listener: Pick<TestListener, "port">,
  options: OpenPamOptions = {},
): Promise<PamSocket> {
  const socket = toPamSocket(await openRaw(listener, options));
  const { type } = await socket.frame();
  if (type !== "connection") throw new Error(`Not greeted, but ${type}`);
  return socket;
}
