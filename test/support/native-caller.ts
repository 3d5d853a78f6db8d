import { z } from "zod";

import { signToken } from "#support/sign-token.ts";
import type { TestListener } from "#support/test-listener.ts";

export interface CalledAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface CallOptions {
  /** Claims of the caller's token; without them there is none. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, and called JSON. */
  readonly text?: string;
}

export type Call = (method: string, path: string, options?: CallOptions) => Promise<CalledAnswer>;

const bodySchema = z.record(z.string(), z.unknown());

const toText = (body: unknown): string | undefined =>
  body === undefined ? undefined : JSON.stringify(body);

/** Calls routes below `/api/v1/pam` of a listener. Throws where a native side has not answered. */
export const createCaller =
  ({ url }: Pick<TestListener, "url">): Call =>
  async (method, path, { claims, body, text = toText(body) } = {}) => {
    const headers = new Headers();
    if (claims !== undefined) headers.set("authorization", `Bearer ${await signToken(claims)}`);
    if (text !== undefined) headers.set("content-type", "application/json");
    const response = await fetch(new URL(`/api/v1/pam${path}`, url), {
      method,
      headers,
      ...(text !== undefined && { body: text }),
    });
    if (response.headers.get("x-banyan-side") !== "native") {
      throw new Error(`${path} was not answered natively`);
    }
    return { status: response.status, body: bodySchema.parse(await response.json()) };
  };
