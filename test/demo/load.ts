import { signToken } from "#support/sign-token.ts";

export interface User {
  readonly id: string;
  readonly token: string;
}

const toUserId = (at: number): string => `77777777-7777-4777-8777-${String(at).padStart(12, "0")}`;

/** People with a signed token each. */
export async function createUsers(count: number): Promise<readonly User[]> {
  const ids = Array.from({ length: count }, (_, at) => toUserId(at));
  return Promise.all(ids.map(async (id) => ({ id, token: await signToken({ sub: id }) })));
}

export const CHAT_PATH = "/api/v1/pam/chat";
const HEALTH_PATH = "/api/v1/pam/health";

/** One request as its client saw it. */
export interface Asked {
  readonly route: "chat.send" | "chat.health";
  readonly userId: string;
  /** `performance.now()` when it was sent. */
  readonly sentAtMs: number;
  readonly tookMs: number;
  /** `undefined`: there was no answer. */
  readonly answer: { readonly status: number; readonly side: string | null } | undefined;
}

/** Clients that keep asking. */
export interface Load {
  readonly asked: readonly Asked[];
  /** Requests that were sent, those without an answer included. */
  readonly sent: number;
  /** Whether every request that was sent before a moment has come to its end. */
  isThrough(beforeMs: number): boolean;
  /** Has more of them under way at a time. */
  grow(more: number): void;
  /** Ends it when what is under way is answered. */
  stop(): Promise<void>;
}

export interface LoadOptions {
  readonly publicUrl: URL;
  readonly users: readonly User[];
  /** Requests under way at a time. */
  readonly atOnce: number;
}

/** One request in so many is a read of the same concern. */
const READ_EVERY = 6;

/** Every user asks in turn, each something else each time: the same question would be answered from the cache. */
export function startLoad({ publicUrl, users, atOnce }: LoadOptions): Load {
  const asked: Asked[] = [];
  const over = new AbortController();
  /** When the requests were sent that are not answered yet, by their numbers. */
  const underWay = new Map<number, number>();
  let sent = 0;

  async function send(number: number, { token }: User): Promise<Response> {
    const authorization = `Bearer ${token}`;
    if (number % READ_EVERY === 0) {
      return fetch(new URL(HEALTH_PATH, publicUrl), { headers: { authorization } });
    }
    return fetch(new URL(CHAT_PATH, publicUrl), {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify({ message: `How far is it from here to there, question ${number}?` }),
    });
  }

  async function ask(number: number, user: User): Promise<Asked> {
    const sentAtMs = performance.now();
    underWay.set(number, sentAtMs);
    const answer = await send(number, user).then(
      async (response) => {
        await response.arrayBuffer();
        return { status: response.status, side: response.headers.get("x-banyan-side") };
      },
      () => undefined,
    );
    underWay.delete(number);
    const route = number % READ_EVERY === 0 ? "chat.health" : "chat.send";
    return { route, userId: user.id, sentAtMs, tookMs: performance.now() - sentAtMs, answer };
  }

  async function askOn(): Promise<void> {
    while (!over.signal.aborted) {
      const number = sent;
      sent += 1;
      const user = users[number % users.length];
      if (user === undefined) throw new TypeError("A load needs users");
      // oxlint-disable-next-line no-await-in-loop -- one after another is the load
      asked.push(await ask(number, user));
    }
  }

  const running: Promise<void>[] = [];
  function grow(more: number): void {
    for (let count = 0; count < more; count += 1) running.push(askOn());
  }
  grow(atOnce);
  return {
    grow,
    isThrough: (beforeMs) => [...underWay.values()].every((sentAtMs) => sentAtMs >= beforeMs),
    asked,
    get sent() {
      return sent;
    },
    async stop() {
      over.abort();
      await Promise.all(running);
    },
  };
}
