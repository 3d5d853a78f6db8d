import { join } from "node:path";

import { createShadowing, type ShadowingOptions } from "#cli/serve/shadow/create-shadowing.ts";
import { CONCERNS, NATIVE_ROUTE_IDS } from "#concerns/index.ts";
import { loadRecordings } from "#contracts/recordings/load-recordings.ts";
import { type HttpRecording, toBodyBytes } from "#contracts/recordings/recording.ts";
import { createTokenSigner } from "#contracts/recordings/sign-token.ts";
import { expandTokens } from "#contracts/recordings/tokens.ts";
import type { DriftExample } from "#delivery/drift/index.ts";
import type { Shadow } from "#delivery/shadow/index.ts";
import { SpeechError } from "#pam/speech/index.ts";
import { createAuthenticator } from "#platform/auth.ts";
import { systemClock } from "#platform/clock.ts";
import { createLifecycle } from "#platform/lifecycle.ts";
import { createLogger } from "#platform/logger.ts";
import { packageRoot } from "#platform/package-root.ts";
import { systemScheduler } from "#platform/resilience/scheduler.ts";
import { createFakeFlags } from "#support/fake-flags.ts";
import { TOKEN_SECRET } from "#support/sign-token.ts";
import { until } from "#support/until.ts";

const { http, tokens } = loadRecordings(join(packageRoot(), "contracts/recordings"));
const sign = createTokenSigner(TOKEN_SECRET);
const expand = (text: string): string => expandTokens(text, tokens, sign);

export function findRecording(id: string): HttpRecording {
  const found = http.find((recording) => recording.id === id);
  if (found === undefined) throw new Error(`No recording "${id}"`);
  return found;
}

interface ShadowSide {
  readonly shadow: Shadow;
  /** What was logged. */
  readonly lines: readonly unknown[];
  readonly spoken: readonly string[];
  readonly examples: readonly DriftExample[];
  /** Addresses at which legacy was asked again. */
  readonly asked: readonly string[];
  /** What legacy was recorded to answer passes by, and is over before the next. */
  readonly pass: (recording: HttpRecording, routeId: string) => Promise<void>;
  readonly settle: () => Promise<unknown>;
  readonly close: () => Promise<void>;
}

/** Shadowing of everything, with nothing that is real behind it: what is not in `live` cannot be reached. */
export function startShadow(
  live: Pick<ShadowingOptions["live"], "database"> & Partial<ShadowingOptions["live"]>,
  others: Pick<ShadowingOptions, "allowedOrigins"> = { allowedOrigins: new Set() },
): ShadowSide {
  const lines: unknown[] = [];
  const spoken: string[] = [];
  const examples: DriftExample[] = [];
  const asked: string[] = [];
  const flags = createFakeFlags();
  for (const { name } of CONCERNS) flags.turn(`pam.${name}.shadow`, "on");
  const logger = createLogger({ level: "debug", write: (line) => lines.push(line) });
  const lifecycle = createLifecycle(logger);
  const options: ShadowingOptions = {
    live: {
      clock: systemClock,
      scheduler: systemScheduler,
      authenticator: createAuthenticator({
        jwtSecret: TOKEN_SECRET,
        jwksUrl: undefined,
        clock: systemClock,
      }),
      speech: {
        report: async () => Promise.reject(new SpeechError("No engines here")),
        async speak({ text }) {
          spoken.push(text);
          return Promise.reject(new SpeechError("It was to speak"));
        },
      },
      realtimeVoice: {
        async openSession() {
          spoken.push("a session");
          return Promise.reject(new SpeechError("It was to open"));
        },
      },
      hasAnthropicKey: true,
      ...live,
    },
    flags,
    get allowedOrigins() {
      return others.allowedOrigins;
    },
    drift: {
      recordShadow(result) {
        const example = result.toExample?.("example", 0);
        if (example !== undefined) examples.push(example);
      },
      recordBaseline: () => {},
    },
    origin: new URL("http://127.0.0.1:9"),
    async fetch(url) {
      asked.push(new Request(url).url);
      return Promise.resolve(new Response("{}"));
    },
    hasNative: (id) => NATIVE_ROUTE_IDS.has(id),
    lifecycle,
    logger,
  };
  const { shadow } = createShadowing(options);
  const settle = async (): Promise<unknown> =>
    until(() => shadow.counts().queued + shadow.counts().running === 0, 60_000);

  async function pass({ id, request, response }: HttpRecording, routeId: string): Promise<void> {
    const tap = shadow.exchangeTap({
      requestId: id,
      routeId,
      cohort: "cohort",
      method: request.method,
      target: expand(request.target),
      headers: ["host", "pam.example", ...request.headers.map(expand)],
      isSafe: request.method === "GET",
    });
    const { body } = request;
    tap?.requestBytes(body.kind === "text" ? Buffer.from(expand(body.text)) : toBodyBytes(body));
    tap?.answerHead(response.status, response.headers);
    tap?.answerBytes(toBodyBytes(response.body));
    tap?.ended(true);
    await settle();
  }

  async function close(): Promise<void> {
    await shadow.close();
    await lifecycle.close();
  }

  return { shadow, lines, spoken, examples, asked, pass, settle, close };
}
