import { hash } from "node:crypto";

import type { Voice } from "../voice.ts";

/*
 * What the read-aloud service of the Edge browser expects, as clients of it have found out: it is documented nowhere.
 * None of the npm packages for it fits: they leave sockets open when they give up, cannot be stopped, put texts into
 * the markup as they are, or come under the (A)GPL.
 */

export const EDGE_URL =
  "wss://speech.platform.bing.com/consumer/speech/synthesize/readaloud/edge/v1";

/** The same in every copy of the browser. */
const CLIENT_TOKEN = "6A5AA1D4EAFF4E9FB37E23D68491D6F4";
const BROWSER_VERSION = "143.0.3650.75";
const OUTPUT_FORMAT = "audio-24khz-48kbitrate-mono-mp3";

export const EDGE_HEADERS = {
  origin: "chrome-extension://jdiccldimpdaibmpdkjnbmckianbfold",
  "user-agent": `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0`,
} as const;

/** Seconds from 1601, where Windows counts from, to 1970. */
const WINDOWS_EPOCH_SECONDS = 11_644_473_600;
const TOKEN_LIFE_SECONDS = 300;
const TICKS_PER_SECOND = 10_000_000n;

function toProof(nowMs: number): string {
  const seconds = Math.floor(nowMs / 1_000) + WINDOWS_EPOCH_SECONDS;
  const ticks = BigInt(seconds - (seconds % TOKEN_LIFE_SECONDS)) * TICKS_PER_SECOND;
  return hash("sha256", `${ticks}${CLIENT_TOKEN}`).toUpperCase();
}

export function toEdgeTarget(
  base: string,
  { nowMs, connectionId }: { readonly nowMs: number; readonly connectionId: string },
): URL {
  const target = new URL(base);
  target.search = new URLSearchParams({
    TrustedClientToken: CLIENT_TOKEN,
    "Sec-MS-GEC": toProof(nowMs),
    "Sec-MS-GEC-Version": `1-${BROWSER_VERSION}`,
    ConnectionId: connectionId,
  }).toString();
  return target;
}

const CONFIGURATION = {
  context: {
    synthesis: {
      audio: {
        metadataoptions: { sentenceBoundaryEnabled: "false", wordBoundaryEnabled: "false" },
        outputFormat: OUTPUT_FORMAT,
      },
    },
  },
} as const;

export const EDGE_CONFIGURATION = `Content-Type:application/json; charset=utf-8\r\nPath:speech.config\r\n\r\n${JSON.stringify(CONFIGURATION)}`;

const ENTITIES: Readonly<Record<string, string>> = {
  "<": "&lt;",
  ">": "&gt;",
  "&": "&amp;",
  '"': "&quot;",
  "'": "&apos;",
};

const escapeXml = (text: string): string =>
  text.replaceAll(/[<>&"']/gu, (character) => ENTITIES[character] ?? character);

const LANGUAGES: Readonly<Record<Voice["accent"], string>> = {
  american: "en-US",
  canadian: "en-CA",
  australian: "en-AU",
  british: "en-GB",
};

export interface EdgeRequest {
  readonly requestId: string;
  readonly text: string;
  readonly voice: Voice;
  readonly voiceId: string;
}

export const toEdgeRequest = ({ requestId, text, voice, voiceId }: EdgeRequest): string =>
  [
    `X-RequestId:${requestId}\r\nContent-Type:application/ssml+xml\r\nPath:ssml\r\n\r\n`,
    `<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="${LANGUAGES[voice.accent]}">`,
    `<voice name="${escapeXml(voiceId)}">${escapeXml(text)}</voice></speak>`,
  ].join("");

/** True for the message behind the last sound. */
export const isEdgeEnd = (message: string): boolean => /^Path:turn\.end\r?$/mu.test(message);

/** The sound in a binary message: behind a head whose length its first two bytes tell. */
export function readEdgeSound(message: Buffer): Buffer {
  if (message.length < 2) return Buffer.alloc(0);
  const headBytes = message.readUInt16BE(0);
  const isSound = /^Path:audio\r?$/mu.test(message.toString("latin1", 2, 2 + headBytes));
  return isSound ? message.subarray(2 + headBytes) : Buffer.alloc(0);
}
