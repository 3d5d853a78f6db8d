import { agentic } from "#concerns/agentic/index.ts";
import { analytics } from "#concerns/analytics/index.ts";
import { cache } from "#concerns/cache/index.ts";
import { chat } from "#concerns/chat/index.ts";
import type { Concern } from "#concerns/concern.ts";
import { security } from "#concerns/security/index.ts";
import { tts } from "#concerns/tts/index.ts";
import { ws } from "#concerns/ws/index.ts";

/** Every concern, one line each, in alphabetical order. */
export const CONCERNS = [agentic, analytics, cache, chat, security, tts, ws] as const;

export type ConcernName = (typeof CONCERNS)[number]["name"];

const routesOf = ({ name, handlers, sockets = {} }: Concern): string[] =>
  [...Object.keys(handlers), ...Object.keys(sockets)].map((key) => `${name}.${key}`);

/** The ids of the routes that a concern can answer: `<concern>.<handler>`. */
export const NATIVE_ROUTE_IDS: ReadonlySet<string> = new Set(CONCERNS.flatMap(routesOf));
