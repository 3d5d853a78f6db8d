import { z } from "zod";

import type { Config } from "#platform/config/load-config.ts";
import { AppError, toMessage, toNodeCode } from "#platform/errors.ts";

/** The admin listener of a running Banyan, as a command sees it. */
export interface AdminClient {
  /** Throws an `AppError` where it cannot be reached, refuses, or answers what `schema` does not know. */
  get<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>>;
  /** Sends the admin token along; throws like `get`. */
  post<Schema extends z.ZodType>(
    path: string,
    body: unknown,
    schema: Schema,
  ): Promise<z.output<Schema>>;
}

export interface AdminClientOptions {
  readonly url: URL;
  /** Sent with what changes something, to this listener alone. */
  readonly token: string | undefined;
  readonly fetch: typeof globalThis.fetch;
}

const DEADLINE_MS = 15_000;

const refusalSchema = z.looseObject({ detail: z.string().max(2_000) });

/** An address that is listened on everywhere is reached on this machine. */
const EVERYWHERE: ReadonlySet<string> = new Set(["0.0.0.0", "::", "[::]"]);

/** Where the admin listener of the settings is. */
export function toAdminUrl({ ADMIN_HOST, ADMIN_PORT }: Config): URL {
  const host = EVERYWHERE.has(ADMIN_HOST) ? "127.0.0.1" : ADMIN_HOST;
  return new URL(`http://${host.includes(":") ? `[${host}]` : host}:${ADMIN_PORT}`);
}

/** The network's own word on why nothing came: `fetch` puts it one level down. */
function toReason(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return toNodeCode(cause) === "ECONNREFUSED" ? "nothing listens there" : toMessage(cause);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function createAdminClient({ url, token, fetch }: AdminClientOptions): AdminClient {
  async function ask(
    path: string,
    init: RequestInit,
  ): Promise<{ readonly response: Response; readonly text: string }> {
    try {
      const signal = AbortSignal.timeout(DEADLINE_MS);
      const response = await fetch(new URL(path, url), { ...init, redirect: "error", signal });
      return { response, text: await response.text() };
    } catch (cause) {
      const message = `Cannot reach the admin listener ${url.origin}: ${toReason(cause)}`;
      throw new AppError("UPSTREAM_UNREACHABLE", message, { cause });
    }
  }

  async function call<Schema extends z.ZodType>(
    path: string,
    init: RequestInit,
    schema: Schema,
  ): Promise<z.output<Schema>> {
    const { response, text } = await ask(path, init);
    const body = readJson(text);
    const where = `${init.method ?? "GET"} ${path} of ${url.origin}`;
    if (!response.ok) {
      const told = refusalSchema.safeParse(body).data?.detail;
      const why = told === undefined ? "" : `: ${told}`;
      throw new AppError("FORBIDDEN", `${where} answered ${response.status}${why}`);
    }
    const parsed = schema.safeParse(body);
    if (parsed.success) return parsed.data;
    throw new AppError(
      "UPSTREAM_MALFORMED",
      `${where} does not answer as an admin listener of this version: ${z.prettifyError(parsed.error)}`,
    );
  }

  return {
    get: async (path, schema) => call(path, {}, schema),
    async post(path, body, schema) {
      if (token === undefined) {
        throw new AppError("FORBIDDEN", "Set ADMIN_TOKEN to the token of the admin listener");
      }
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      return call(path, { method: "POST", headers, body: JSON.stringify(body) }, schema);
    },
  };
}
