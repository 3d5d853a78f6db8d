import { z } from "zod";

import type { uiAction } from "#contracts/schema/ui-actions.ts";

type KnownAction = z.output<typeof uiAction>;

const ACTION_TYPES = ["reload_calendar", "reload_expenses", "reload_trips", "open_map"] as const;
const ENTITY_TYPES = [
  "calendar_event",
  "expense",
  "trip",
] as const satisfies readonly KnownAction["entity_type"][];

/** Ids and titles are a row's own values: most are texts, some are numbers, and a row may have none. */
const label = z
  .union([z.string(), z.number().transform(String)])
  .optional()
  .catch(undefined);

const action = z.object({
  type: z.enum(ACTION_TYPES),
  entity_id: label,
  entity_type: z.enum(ENTITY_TYPES).optional().catch(undefined),
  entity_title: label,
  metadata: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

/** What the page should do, because the assistant changed something. Kinds that are not known here are left out. */
export type UIAction = z.output<typeof action>;

/** An answer of the assistant, the same over REST and over the socket. */
export interface Pam2ChatResponse {
  readonly type: "chat_response";
  /** What the assistant says. `message` and `content` are the same text. */
  readonly response: string;
  readonly message: string;
  readonly content: string;
  /** The text is an apology: the assistant could not be asked. */
  readonly error: boolean;
  /** For a developer, where there is an error. */
  readonly error_details: string | undefined;
  readonly ui_actions: readonly UIAction[];
  /** UTC without a zone, as the backend writes it. */
  readonly timestamp: string | undefined;
  /** Over REST. */
  readonly session_id: string | undefined;
  /** Over REST. */
  readonly conversation_id: string | undefined;
  /** Over REST: what `feedback` is about. */
  readonly message_id: string | undefined;
}

const text = z.string().optional().catch(undefined);
const items = z.array(z.unknown()).catch([]);

const given = z.looseObject({
  response: text,
  message: text,
  content: text,
  actions: items,
  ui_actions: items,
  error: z.unknown().optional(),
  error_details: text,
  timestamp: text,
  session_id: text,
  conversation_id: text,
  message_id: text,
});

const errorAction = z.looseObject({ type: z.literal("error"), content: z.string().catch("") });

/** Reads no more than it needs, so that a backend may grow; `undefined` where nothing is said. */
export function readChatResponse(value: unknown): Pam2ChatResponse | undefined {
  const parsed = given.safeParse(value);
  if (!parsed.success) return undefined;
  const { response, message, content, actions, ui_actions, error, ...rest } = parsed.data;
  const said = [response, message, content].filter((spoken) => spoken !== undefined);
  const words = said.find((spoken) => spoken !== "") ?? said[0];
  if (words === undefined) return undefined;
  const all = [...ui_actions, ...actions];
  const failure = all.map((item) => errorAction.safeParse(item).data).find(Boolean);
  return {
    type: "chat_response",
    response: words,
    message: words,
    content: words,
    error: Boolean(error) || failure !== undefined,
    error_details: rest.error_details ?? failure?.content,
    ui_actions: all.flatMap((item) => action.safeParse(item).data ?? []),
    timestamp: rest.timestamp,
    session_id: rest.session_id,
    conversation_id: rest.conversation_id,
    message_id: rest.message_id,
  };
}
