import { hash } from "node:crypto";

import { z } from "zod";

import { toPlace } from "#platform/flags/editor/unleash-place.ts";
import type { FlagLog, LoggedFlip } from "#platform/flags/log/flag-log.ts";
import { FLIP_TYPES, toLoggedFlip, unleashEventSchema } from "#platform/flags/log/unleash-event.ts";

const TIMEOUT_MS = 5_000;
const PAGE = 100;
const MAX_PAGES = 5;
/** Of one page: a strategy with its constraints is some KB. */
const MAX_BYTES = 8 * 1_024 * 1_024;

const numberedSchema = z.looseObject({ id: z.int().min(1) });
const pageSchema = z.object({ events: z.array(numberedSchema) });
const meSchema = z.object({ user: z.object({ id: z.int().min(1) }) });
type Numbered = z.infer<typeof numberedSchema>;

export interface UnleashLogOptions {
  /** The API's base, such as `https://unleash.example/api`. */
  readonly url: string;
  /** An admin or service-account token; it is sent to that server alone. */
  readonly token: string;
  /** The backend token that flags are read with, `project:environment.secret`. */
  readonly clientToken: string;
  readonly fetch: typeof globalThis.fetch;
}

async function readText({ body }: Response): Promise<string> {
  const source: AsyncIterable<unknown> | null = body;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of source ?? []) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("The answer gives no bytes");
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) throw new Error(`Unleash sent more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes).toString();
}

/**
 * Reads Unleash's event log by its admin API, of one project and environment: 500 events at most at once, the newest
 * of them, and for 5 s a request.
 */
export function createUnleashLog({ url, token, clientToken, fetch }: UnleashLogOptions): FlagLog {
  const { project, environment } = toPlace(clientToken);
  /** The last answer to who the token is; a token of no user has none. */
  let ownUserId: Promise<number | undefined> | undefined;

  async function get(path: string): Promise<unknown> {
    const response = await fetch(`${url}/admin${path}`, {
      headers: { authorization: token },
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`Unleash answered ${response.status} to ${path}`);
    }
    return JSON.parse(await readText(response));
  }

  async function readPage(offset: number, limit: number): Promise<readonly Numbered[]> {
    const query = new URLSearchParams({
      project: `IS:${project}`,
      type: `IS_ANY_OF:${FLIP_TYPES.join(",")}`,
      offset: String(offset),
      limit: String(limit),
    });
    const page = pageSchema.safeParse(await get(`/search/events?${query.toString()}`));
    if (!page.success) throw new Error("Unleash sent a log of events that cannot be read");
    return page.data.events;
  }

  async function readOwnUserId(): Promise<number | undefined> {
    const me = await get("/user").catch(() => undefined);
    return meSchema.safeParse(me).data?.user.id;
  }

  /** What is newer than `id`, the newest first; events that come meanwhile push older ones to the next page. */
  async function readAfter(id: number) {
    const found = new Map<number, Numbered>();
    for (let page = 0; page < MAX_PAGES; page += 1) {
      // oxlint-disable-next-line no-await-in-loop -- a page is asked for where the one before was full of news
      const events = await readPage(page * PAGE, PAGE);
      for (const event of events) if (event.id > id) found.set(event.id, event);
      if (events.length < PAGE || events.some((event) => event.id <= id)) {
        return { found, isCut: false };
      }
    }
    return { found, isCut: true };
  }

  return {
    name: `unleash-${hash("sha256", JSON.stringify([url, project, environment])).slice(0, 12)}`,
    async newestId() {
      const [newest] = await readPage(0, 1);
      return newest?.id ?? 0;
    },
    async after(id) {
      const { found, isCut } = await readAfter(id);
      if (found.size === 0) return { flips: [], lastId: id, isCut };
      ownUserId ??= readOwnUserId();
      const terms = { environment, ownUserId: await ownUserId };
      const flips = [...found.values()].flatMap((event): readonly LoggedFlip[] => {
        const parsed = unleashEventSchema.safeParse(event);
        const flip = parsed.success ? toLoggedFlip(parsed.data, terms) : undefined;
        return flip === undefined ? [] : [flip];
      });
      return {
        flips: flips.toSorted((left, right) => left.id - right.id),
        lastId: Math.max(...found.keys()),
        isCut,
      };
    },
  };
}
