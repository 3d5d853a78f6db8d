import type { Database, OpenDatabase } from "#platform/database/index.ts";
import { openEmbedded } from "#platform/database/open-embedded.ts";
import { createManualClock, type ManualClock } from "#support/manual-clock.ts";
import { signToken } from "#support/sign-token.ts";
import { OPERATOR_TOKEN, startTestListener } from "#support/test-listener.ts";

export const ANNA = "aaaaaaaa-0000-4000-8000-000000000001";
export const BORIS = "bbbbbbbb-0000-4000-8000-000000000002";

/** The middle of a month, so that nothing falls into another one. */
const NOW_MS = Date.UTC(2026, 2, 15, 10, 20, 30, 123);

export interface AnalyticsAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON. */
  readonly json: () => unknown;
}

export interface AnalyticsSide extends AsyncDisposable {
  readonly clock: ManualClock;
  /** What the side itself works with, for plain reads and writes beside it. */
  readonly database: Database;
  /** Calls a route under `/api/v1/pam` as a user; as nobody for `undefined`. */
  call(
    line: `${"GET" | "POST"} ${string}`,
    options?: { readonly user?: string | undefined; readonly body?: unknown },
  ): Promise<AnalyticsAnswer>;
}

export interface AnalyticsSideOptions {
  /** An empty database with the tables made; an embedded one if absent. */
  readonly open?: () => Promise<OpenDatabase>;
  /** What the routes get instead of it. */
  readonly database?: () => Promise<Database>;
}

/** The public listener with every analytics route native, over a database of its own. */
export async function startAnalyticsSide({
  open = openEmbedded,
  database,
}: AnalyticsSideOptions = {}): Promise<AnalyticsSide> {
  const opened = await open();
  const clock = createManualClock(NOW_MS);
  const side = await startTestListener({
    // Nothing listens there: an answer can be native only.
    origin: new URL("http://127.0.0.1:1"),
    flags: { "pam.analytics": "on" },
    dependencies: { clock, database: database ?? (async () => opened.database) },
  });
  return {
    clock,
    database: opened.database,
    async call(line, options = {}) {
      const [method = "", target = ""] = line.split(" ");
      const user = "user" in options ? options.user : ANNA;
      const response = await fetch(new URL(`/api/v1/pam${target}`, side.url), {
        method,
        headers: {
          // What native answers is seen even where the legacy would answer in its place.
          "x-banyan-override": "native",
          "x-banyan-admin-token": OPERATOR_TOKEN,
          ...(user !== undefined && { authorization: `Bearer ${await signToken({ sub: user })}` }),
          ...(options.body !== undefined && { "content-type": "application/json" }),
        },
        ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        text,
        json: () => JSON.parse(text) as unknown,
      };
    },
    async [Symbol.asyncDispose]() {
      await side[Symbol.asyncDispose]();
      await opened.close();
    },
  };
}
