import type { Clock } from "#platform/clock.ts";
import { toMessage } from "#platform/errors.ts";
import { type CircuitBreaker, createCircuitBreaker } from "#platform/resilience/circuit-breaker.ts";

import type { Engine, EngineName } from "./engine.ts";
import {
  createSoundCache,
  type SoundCacheFigures,
  type SoundCacheLimits,
  toSoundKey,
} from "./sound-cache.ts";
import { type Sound, SpeechError } from "./sound.ts";
import { createSpeechRecord, type SpeechFigures } from "./speech-record.ts";
import type { Voice } from "./voice.ts";

interface Spoken {
  readonly sound: Sound;
  readonly engine: EngineName;
  readonly quality: Engine["quality"];
  /** What the engine calls the voice. */
  readonly voiceId: string;
  /** True where an engine in front of it did not speak. */
  readonly isFallback: boolean;
}

/** A sound, or why there is none; `error` may be read by a client. */
export type Utterance =
  | ({ readonly kind: "sound"; readonly isCached: boolean } & Spoken)
  | { readonly kind: "silence"; readonly error: string };

export interface SpeakRequest {
  readonly text: string;
  readonly voice: Voice;
  /** Default: also for money. */
  readonly maxCost?: Engine["cost"];
  readonly signal: AbortSignal;
}

export interface EngineState {
  readonly name: EngineName;
  readonly isLocal: boolean;
  readonly isAvailable: boolean;
  /** False while it is left alone after failures. */
  readonly isReady: boolean;
}

export interface SpeechReport {
  /** In the order in which they are tried. */
  readonly engines: readonly EngineState[];
  readonly cache: SoundCacheFigures;
  readonly figures: SpeechFigures;
}

/** Turns texts into sound by whichever engine can. */
export interface Speech {
  /** Never rejects but with the signal's reason. */
  speak(request: SpeakRequest): Promise<Utterance>;
  report(): Promise<SpeechReport>;
}

export interface SpeechOptions {
  /** In the order in which they are tried. */
  readonly engines: readonly Engine[];
  readonly clock: Clock;
  readonly cache?: SoundCacheLimits;
  /** How many texts may be spoken at the same time; each may be a process. */
  readonly maxAtOnce?: number;
}

const CACHE_LIMITS: SoundCacheLimits = {
  maxEntries: 256,
  maxBytes: 67_108_864,
  maxEntryBytes: 2_097_152,
};
const KEEP_MS = 3_600_000;
/** Soon the better engine may speak again. */
const KEEP_FALLBACK_MS = 60_000;
const BREAKER_LIMITS = { maxFailures: 3, windowMs: 60_000, openMs: 30_000 } as const;

/**
 * Without what no engine speaks: halves of characters, and control characters, which XML 1.0 forbids and espeak-ng
 * takes for commands.
 */
const toSpeakable = (text: string): string =>
  text
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex -- control characters are what it is about
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]+/gu, " ")
    .trim();

interface ChainLink {
  readonly engine: Engine;
  readonly breaker: CircuitBreaker;
}

interface Failed {
  readonly error: string;
}

function toWords(error: unknown, { name, timeoutMs }: Engine): string {
  if (error instanceof SpeechError) return error.message;
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return `The engine "${name}" took longer than ${timeoutMs} ms`;
  }
  return `The engine "${name}" failed`;
}

export function createSpeech({
  engines,
  clock,
  cache: cacheLimits = CACHE_LIMITS,
  maxAtOnce = 8,
}: SpeechOptions): Speech {
  const chain: readonly ChainLink[] = engines.map((engine) => ({
    engine,
    breaker: createCircuitBreaker(BREAKER_LIMITS, clock),
  }));
  const cache = createSoundCache<Spoken>(cacheLimits, clock);
  const record = createSpeechRecord(clock);
  let atOnce = 0;

  async function attempt(
    { engine, breaker }: ChainLink,
    text: string,
    { voice, signal }: SpeakRequest,
  ): Promise<{ readonly sound: Sound } | Failed> {
    if (!(await engine.isAvailable())) {
      return { error: `The engine "${engine.name}" is not installed` };
    }
    const permit = breaker.acquire();
    if (permit === undefined) {
      return { error: `The engine "${engine.name}" is left alone after failures` };
    }
    const startedAtMs = clock.monotonicMs();
    try {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(engine.timeoutMs)]);
      const sound = await engine.synthesize(text, voice, deadline);
      permit.succeed();
      record.spoken(engine.name, clock.monotonicMs() - startedAtMs);
      return { sound };
    } catch (error) {
      if (signal.aborted) {
        permit.release();
        throw signal.reason;
      }
      permit.fail();
      const words = toWords(error, engine);
      record.failed(engine.name, error instanceof SpeechError ? words : toMessage(error));
      return { error: words };
    }
  }

  async function askEngines(text: string, request: SpeakRequest): Promise<Spoken | Failed> {
    record.asked();
    const links = chain.filter(
      ({ engine }) => request.maxCost !== "free" || engine.cost === "free",
    );
    let last: Failed = { error: "There is no engine" };
    for (const [at, link] of links.entries()) {
      // oxlint-disable-next-line no-await-in-loop -- the next engine is asked only where this one fails
      const result = await attempt(link, text, request);
      if ("sound" in result) {
        const { name, quality } = link.engine;
        const voiceId = link.engine.voiceIdOf(request.voice);
        return { sound: result.sound, engine: name, quality, voiceId, isFallback: at > 0 };
      }
      last = result;
    }
    return last;
  }

  return {
    async speak(request) {
      request.signal.throwIfAborted();
      const text = toSpeakable(request.text);
      // The legacy's words for a text of which nothing can be heard.
      if (text === "") return { kind: "silence", error: "Unknown TTS failure" };
      const key = toSoundKey(text, request.voice.id);
      const kept = cache.get(key);
      if (kept !== undefined) return { kind: "sound", isCached: true, ...kept };
      if (atOnce >= maxAtOnce) {
        return { kind: "silence", error: "Too many texts are spoken at the moment" };
      }
      atOnce += 1;
      try {
        const result = await askEngines(text, request);
        if ("error" in result) {
          return { kind: "silence", error: `All TTS engines failed. Last error: ${result.error}` };
        }
        const keepMs = result.isFallback ? KEEP_FALLBACK_MS : KEEP_MS;
        cache.set(key, result, { bytes: result.sound.bytes.length, keepMs });
        return { kind: "sound", isCached: false, ...result };
      } finally {
        atOnce -= 1;
      }
    },
    async report() {
      const states = chain.map(async ({ engine, breaker }) => ({
        name: engine.name,
        isLocal: engine.isLocal,
        isAvailable: await engine.isAvailable(),
        isReady: breaker.state !== "open",
      }));
      return {
        engines: await Promise.all(states),
        cache: cache.figures(),
        figures: record.figures(),
      };
    },
  };
}
