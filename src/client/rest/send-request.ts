import type { z } from "zod";

import type { RouteContract } from "#contracts/contract.ts";

import { startDeadline } from "../deadline.ts";
import { toJsonText } from "../json-text.ts";
import { PamClientError } from "../pam-client-error.ts";
import type { ClientFetch, ClientScheduler, GetToken } from "../ports.ts";
import { untilAborted } from "../until-aborted.ts";
import { parseBody, readBody } from "./read-body.ts";
import { hasDoneNothing, toFailure } from "./refusal.ts";
import { readRetryAfterMs } from "./retry-after.ts";

export interface RequestDependencies {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly getToken: GetToken;
  readonly fetch: ClientFetch;
  readonly scheduler: ClientScheduler;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface OutgoingRequest<Answer> {
  readonly contract: Pick<RouteContract, "method" | "path" | "auth">;
  readonly query?: Readonly<Record<string, string | number | null | undefined>>;
  readonly body?: unknown;
  /** What of a success is read. */
  readonly answer: z.ZodType<Answer>;
  /** For the whole of the call, tokens and a second try included. */
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * One request and its answer. A 401 is asked again once, where `getToken` then has another token: the backend refused
 * before it did anything. Nothing else is sent twice. Rejects with `PamClientError`, or with the signal's reason.
 */
export type SendRequest = <Answer>(request: OutgoingRequest<Answer>) => Promise<Answer>;

/** What is sent, whatever the token. */
function toMessage(baseUrl: string, { contract, query, body }: OutgoingRequest<unknown>) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null) search.set(name, String(value));
  }
  const url = `${baseUrl}${contract.path}${search.size === 0 ? "" : `?${search.toString()}`}`;
  return { url, body: body === undefined ? undefined : toJsonText(body) };
}

interface Answered {
  readonly status: number;
  /** Nothing where the body was too long. */
  readonly text: string | undefined;
  readonly retryAfterMs: number | undefined;
}

function readAnswer<Answer>({ status, text, retryAfterMs }: Answered, answer: z.ZodType<Answer>) {
  const body = text === undefined ? undefined : parseBody(text);
  if (status < 200 || status > 299) {
    throw new PamClientError(toFailure({ status, body, retryAfterMs }), {
      mayHaveArrived: !hasDoneNothing(status),
    });
  }
  const read = answer.safeParse(body);
  if (read.success) return read.data;
  const failure = { kind: "unreadable-answer", status } as const;
  throw new PamClientError(failure, { mayHaveArrived: true, cause: read.error });
}

export function createSendRequest(dependencies: RequestDependencies): SendRequest {
  const { baseUrl, getToken, fetch, scheduler, now } = dependencies;

  async function findToken(
    signal: AbortSignal,
    refusedToken?: string,
  ): Promise<string | undefined> {
    // Within the chain, so that one that throws at once rejects as well.
    const asked = Promise.resolve({ signal, refusedToken }).then(getToken);
    try {
      return (await untilAborted(asked, signal)) ?? undefined;
    } catch (cause) {
      throw new PamClientError({ kind: "no-token" }, { mayHaveArrived: false, cause });
    }
  }

  async function run<Answer>(
    request: OutgoingRequest<Answer>,
    signal: AbortSignal,
    tellSent: () => void,
  ): Promise<Answer> {
    const { contract, answer } = request;
    const { url, body } = toMessage(baseUrl, request);

    async function exchange(token: string): Promise<Answered> {
      const headers = {
        accept: "application/json",
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(token !== "" && { authorization: `Bearer ${token}` }),
      };
      const init = { method: contract.method, headers, signal, redirect: "manual" } as const;
      tellSent();
      try {
        const response = await untilAborted(
          fetch(url, body === undefined ? init : { ...init, body }),
          signal,
        );
        const text = await untilAborted(readBody(response), signal);
        const retryAfterMs = readRetryAfterMs(response.headers, now());
        return { status: response.status, text, retryAfterMs };
      } catch (cause) {
        throw new PamClientError({ kind: "unreachable" }, { mayHaveArrived: true, cause });
      }
    }

    const token = contract.auth === "none" ? "" : ((await findToken(signal)) ?? "");
    const isOpen = contract.auth === "none" || contract.auth === "bearer-optional";
    if (token === "" && !isOpen) {
      throw new PamClientError({ kind: "no-token" }, { mayHaveArrived: false });
    }
    const first = await exchange(token);
    if (first.status !== 401 || token === "") return readAnswer(first, answer);
    const other = await findToken(signal, token);
    const isNew = other !== undefined && other !== "" && other !== token;
    return readAnswer(isNew ? await exchange(other) : first, answer);
  }

  return async (request) => {
    const { signal, limitMs } = request;
    signal?.throwIfAborted();
    const deadline = startDeadline({ scheduler, limitMs, signal });
    let mayHaveArrived = false;
    try {
      return await run(request, deadline.signal, () => {
        mayHaveArrived = true;
      });
    } catch (error) {
      if (deadline.hasExpired()) {
        throw new PamClientError({ kind: "timed-out", limitMs }, { mayHaveArrived });
      }
      if (signal?.aborted === true) throw signal.reason;
      throw error;
    } finally {
      deadline.end();
    }
  };
}
