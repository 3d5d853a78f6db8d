import type { ConcernDependencies } from "#concerns/concern.ts";
import { createSpeech, type Engine } from "#pam/speech/index.ts";
import { systemClock } from "#platform/clock.ts";
import { signToken } from "#support/sign-token.ts";
import { startTestListener, type TestListener } from "#support/test-listener.ts";

const BASE = "/api/v1/pam";

export interface TtsSide extends AsyncDisposable {
  /** Asks the native side; a body that is no text goes out as JSON. */
  ask(method: string, path: string, options?: AskOptions): Promise<Response>;
}

export interface AskOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The subject of a valid token. */
  readonly user?: string;
  readonly signal?: AbortSignal;
}

export interface TtsSideOptions extends Partial<ConcernDependencies> {
  readonly engines?: readonly Engine[];
}

const toBody = (body: unknown): string => (typeof body === "string" ? body : JSON.stringify(body));

/** The public listener with speech native and nothing behind it: what is answered is answered natively. */
export async function startTtsSide({ engines = [], ...more }: TtsSideOptions): Promise<TtsSide> {
  const clock = more.clock ?? systemClock;
  const listener: TestListener = await startTestListener({
    origin: new URL("http://127.0.0.1:1"),
    flags: { "pam.tts": "on" },
    dependencies: { speech: createSpeech({ engines, clock }), ...more },
  });
  return {
    async ask(method, path, { body, headers = {}, user, signal } = {}) {
      const authorization =
        user === undefined ? {} : { authorization: `Bearer ${await signToken({ sub: user })}` };
      return fetch(new URL(`${BASE}${path}`, listener.url), {
        method,
        headers: { "content-type": "application/json", ...authorization, ...headers },
        ...(body !== undefined && { body: toBody(body) }),
        ...(signal !== undefined && { signal }),
      });
    },
    [Symbol.asyncDispose]: async () => listener[Symbol.asyncDispose](),
  };
}
