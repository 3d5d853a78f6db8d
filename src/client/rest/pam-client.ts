import type { z } from "zod";

import type { analyticsSavingsRecord } from "#contracts/analytics/savings-writes.contract.ts";
import type { chatFeedback } from "#contracts/chat/feedback.contract.ts";
import type { chatHistory } from "#contracts/chat/history.contract.ts";
import type { ttsVoice } from "#contracts/tts/voice.contract.ts";
import type { wsDismissTimer } from "#contracts/ws/timers.contract.ts";

import type { Pam2ChatRequest } from "../chat/chat-request.ts";
import type { Pam2ChatResponse } from "../chat/chat-response.ts";
import type { guaranteeAnswer, healthAnswer, historyAnswer, voiceAnswer } from "./answers.ts";

/** Fields that must be there, and the others as they may be left out. */
type Sent<Fields, Needed extends keyof Fields> = Pick<Fields, Needed> &
  Partial<Omit<Fields, Needed>>;

type FeedbackFields = z.output<typeof chatFeedback.request.body>;

export type PamFeedback = Omit<Sent<FeedbackFields, "message_id" | "rating">, "feedback_type"> & {
  readonly feedback_type: "helpful" | "unhelpful" | "incorrect" | "inappropriate";
};

/** A text of at most 2,000 characters. The backend takes the other fields, and does not use them. */
export type PamVoiceRequest = Sent<z.output<typeof ttsVoice.request.body>, "text">;

export type PamSavings = Sent<
  z.output<typeof analyticsSavingsRecord.request.body>,
  | "savings_type"
  | "predicted_savings"
  | "actual_savings"
  | "baseline_cost"
  | "optimized_cost"
  | "description"
  | "verification_method"
>;

export type PamHistoryPage = Partial<z.output<typeof chatHistory.request.query>>;
export type PamTimer = Omit<z.output<typeof wsDismissTimer.request.query>, "x_internal_secret">;

export type Pam2HealthResponse = z.output<typeof healthAnswer>;
export type PamHistory = z.output<typeof historyAnswer>;
export type PamGuaranteeStatus = z.output<typeof guaranteeAnswer>;

/** A sound file, or the text where no engine spoke and the page has to. */
export type PamSpeech = z.output<typeof voiceAnswer>;

export interface CallOptions {
  /** Its reason is what an aborted call rejects with. */
  readonly signal?: AbortSignal | undefined;
  /** For the whole of the call; by default 30 s where the assistant or a voice works, else 10 s. */
  readonly limitMs?: number | undefined;
}

/** The REST side of the PAM API. Every call rejects with `PamClientError`, or with its signal's reason. */
export interface PamClient {
  /** `error` of the answer tells an apology from an answer. */
  chat(request: Pam2ChatRequest, options?: CallOptions): Promise<Pam2ChatResponse>;
  voice(request: PamVoiceRequest, options?: CallOptions): Promise<PamSpeech>;
  health(options?: CallOptions): Promise<Pam2HealthResponse>;
  history(page?: PamHistoryPage, options?: CallOptions): Promise<PamHistory>;
  clearHistory(options?: CallOptions): Promise<void>;
  feedback(feedback: PamFeedback, options?: CallOptions): Promise<void>;
  /** Of the month in which the ISO date lies; the current one without a date. */
  guaranteeStatus(month?: string, options?: CallOptions): Promise<PamGuaranteeStatus>;
  /** Rows as they are stored, the newest first; 10 by default. */
  recentSavings(
    limit?: number,
    options?: CallOptions,
  ): Promise<readonly Readonly<Record<string, unknown>>[]>;
  recordSavings(savings: PamSavings, options?: CallOptions): Promise<{ readonly event_id: string }>;
  dismissTimer(timer: PamTimer, options?: CallOptions): Promise<void>;
}
