import { WebSocket } from "ws";

import type { Clock } from "#platform/clock.ts";

import type { Engine } from "../engine.ts";
import { SpeechError, toSound } from "../sound.ts";
import type { Voice } from "../voice.ts";
import {
  EDGE_CONFIGURATION,
  EDGE_HEADERS,
  EDGE_URL,
  isEdgeEnd,
  readEdgeSound,
  toEdgeRequest,
  toEdgeTarget,
} from "./edge-protocol.ts";

export interface EdgeEngineOptions {
  readonly clock: Pick<Clock, "now">;
  /** A UUID each time. */
  readonly createId: () => string;
  /** Default: Microsoft's own. */
  readonly url?: string;
}

const MAX_SOUND_BYTES = 8_388_608;
const DEFAULT_VOICE_ID = "en-US-JennyNeural";

const voiceIdOf = ({ engines }: Voice): string => engines.edge ?? DEFAULT_VOICE_ID;

const toHex = (uuid: string): string => uuid.replaceAll("-", "");

const toBytes = (data: WebSocket.RawData): Buffer => {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
};

/** Says one thing over a socket and gives what comes back; the socket is gone afterwards in any case. */
async function converse(socket: WebSocket, request: string, signal: AbortSignal): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  const fail = (words: string) => (cause: unknown) => {
    reject(new SpeechError(words, { cause }));
  };
  const stop = (): void => {
    reject(signal.reason);
  };
  signal.addEventListener("abort", stop, { once: true });
  // It stays: a socket that is ended while it connects says so, too.
  socket.on("error", fail("Edge cannot be reached"));
  socket.on("close", fail("Edge went away before the end"));
  socket.on("open", () => {
    socket.send(EDGE_CONFIGURATION);
    socket.send(request);
  });
  socket.on("message", (data, isBinary) => {
    const message = toBytes(data);
    if (!isBinary) {
      if (isEdgeEnd(message.toString("utf8"))) resolve(Buffer.concat(chunks, size));
      return;
    }
    const sound = readEdgeSound(message);
    size += sound.length;
    if (size > MAX_SOUND_BYTES) fail(`Edge sent more than ${MAX_SOUND_BYTES} bytes`)(undefined);
    else chunks.push(sound);
  });
  try {
    return await promise;
  } finally {
    signal.removeEventListener("abort", stop);
    socket.terminate();
  }
}

/** The read-aloud service of Microsoft's browser, which is what the legacy speaks with: good, free, and promised to nobody. */
export function createEdgeEngine({ clock, createId, url = EDGE_URL }: EdgeEngineOptions): Engine {
  return {
    name: "edge",
    quality: "high",
    cost: "free",
    isLocal: false,
    timeoutMs: 2_000,
    isAvailable: async () => Promise.resolve(true),
    voiceIdOf,
    async synthesize(text, voice, signal) {
      signal.throwIfAborted();
      const target = toEdgeTarget(url, { nowMs: clock.now(), connectionId: toHex(createId()) });
      const request = toEdgeRequest({
        requestId: toHex(createId()),
        text,
        voice,
        voiceId: voiceIdOf(voice),
      });
      const socket = new WebSocket(target, { headers: EDGE_HEADERS, maxPayload: MAX_SOUND_BYTES });
      return toSound(await converse(socket, request, signal));
    },
  };
}
