import { analyticsGuaranteeStatus } from "#contracts/analytics/savings-periods.contract.ts";
import { analyticsSavingsRecent } from "#contracts/analytics/savings-reads.contract.ts";
import { analyticsSavingsRecord } from "#contracts/analytics/savings-writes.contract.ts";
import { chatFeedback } from "#contracts/chat/feedback.contract.ts";
import { chatHealth } from "#contracts/chat/health.contract.ts";
import { chatHistory, chatHistoryDelete } from "#contracts/chat/history.contract.ts";
import { chatSend } from "#contracts/chat/send.contract.ts";
import { ttsVoice } from "#contracts/tts/voice.contract.ts";
import { wsDismissTimer } from "#contracts/ws/timers.contract.ts";

import { toBaseUrl } from "../base-url.ts";
import { prepareChat, type OnWarning } from "../chat/chat-request.ts";
import { checkRequest } from "../check-request.ts";
import {
  systemFetch,
  systemScheduler,
  type ClientFetch,
  type ClientScheduler,
  type GetToken,
} from "../ports.ts";
import {
  chatAnswer,
  doneAnswer,
  guaranteeAnswer,
  healthAnswer,
  historyAnswer,
  recentSavingsAnswer,
  recordedSavingsAnswer,
  voiceAnswer,
} from "./answers.ts";
import type { CallOptions, PamClient } from "./pam-client.ts";
import { createSendRequest, type OutgoingRequest } from "./send-request.ts";

export interface PamClientOptions {
  /** For example `https://pam.example.com`; a path in front of `/api` may follow. */
  readonly baseUrl: string | URL;
  readonly getToken: GetToken;
  /** Told of every wrong name in a context. For development: the `add` of a collector. */
  readonly onWarning?: OnWarning | undefined;
  /** The platform's own by default. */
  readonly fetch?: ClientFetch;
  readonly scheduler?: ClientScheduler;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** The backend gives a turn 27 s. */
const WORK_MS = 30_000;
const READ_MS = 10_000;

/** The legacy asks nobody who dismisses a timer; its web client shows its token all the same, and so do we. */
const dismissTimer = { ...wsDismissTimer, auth: "bearer" } as const;

type Call<Answer> = Omit<OutgoingRequest<Answer>, "limitMs" | "signal">;

/** Throws a `TypeError` where `baseUrl` is none. */
export function createPamClient({
  baseUrl,
  getToken,
  onWarning = () => {},
  fetch = systemFetch,
  scheduler = systemScheduler,
  now = Date.now,
}: PamClientOptions): PamClient {
  const send = createSendRequest({ baseUrl: toBaseUrl(baseUrl), getToken, fetch, scheduler, now });

  const within =
    (defaultMs: number) =>
    async <Answer>(
      call: Call<Answer>,
      { signal, limitMs = defaultMs }: CallOptions = {},
    ): Promise<Answer> =>
      send({ ...call, signal, limitMs });
  const work = within(WORK_MS);
  const read = within(READ_MS);

  return {
    async chat(request, options) {
      const body = prepareChat(request, onWarning);
      return work({ contract: chatSend, body, answer: chatAnswer }, options);
    },
    async voice(request, options) {
      const body = checkRequest(ttsVoice.request.body, request);
      return work({ contract: ttsVoice, body, answer: voiceAnswer }, options);
    },
    health: async (options) => read({ contract: chatHealth, answer: healthAnswer }, options),
    async history(page = {}, options = {}) {
      const query = checkRequest(chatHistory.request.query, page);
      return read({ contract: chatHistory, query, answer: historyAnswer }, options);
    },
    async clearHistory(options) {
      await read({ contract: chatHistoryDelete, answer: doneAnswer }, options);
    },
    async feedback(feedback, options) {
      const body = checkRequest(chatFeedback.request.body, feedback);
      await read({ contract: chatFeedback, body, answer: doneAnswer }, options);
    },
    async guaranteeStatus(month, options) {
      const query = { month };
      return read({ contract: analyticsGuaranteeStatus, query, answer: guaranteeAnswer }, options);
    },
    async recentSavings(limit, options) {
      const query = { limit };
      return read(
        { contract: analyticsSavingsRecent, query, answer: recentSavingsAnswer },
        options,
      );
    },
    async recordSavings(savings, options) {
      const body = checkRequest(analyticsSavingsRecord.request.body, savings);
      return read(
        { contract: analyticsSavingsRecord, body, answer: recordedSavingsAnswer },
        options,
      );
    },
    async dismissTimer(timer, options) {
      const query = { ...timer };
      await read({ contract: dismissTimer, query, answer: doneAnswer }, options);
    },
  };
}
