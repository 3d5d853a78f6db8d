import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";

import type { Clock } from "#platform/clock.ts";
import { toErrorAnswer } from "#platform/error-answer.ts";
import { AppError, type ErrorCode } from "#platform/errors.ts";
import { toClientHeaders, toTrailers } from "#routing/headers.ts";
import { toNodeHeaders } from "#routing/upstream/node-headers.ts";
import type { ForwardOutcome, ForwardPlan, RawHeaders } from "#routing/upstream/upstream.ts";

/** How long a client that is still sending gets to read its answer before the connection is closed. */
const LINGER_MS = 2000;

type Ending =
  | { readonly kind: "failed"; readonly code: ErrorCode }
  | { readonly kind: "cut"; readonly status: number };

export interface ClientLegOptions {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly plan: ForwardPlan;
  readonly clock: Clock;
}

/** The head of an upstream's final answer, as Node's client parsed it. */
export interface AnswerHead {
  readonly statusCode?: number | undefined;
  readonly statusMessage?: string | undefined;
  readonly rawHeaders: RawHeaders;
}

/**
 * The client's end of one exchange. Whatever an engine meets upstream, it tells this: the client is then
 * answered once, or its connection broken, and `outcome` says which. Nothing here throws.
 */
export class ClientLeg {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly plan: ForwardPlan;
  /** Resolves when the client has been dealt with; never rejects. */
  readonly outcome: Promise<ForwardOutcome>;
  readonly hasBody: boolean;
  /** The client waits for a 100 before it sends its body. */
  isAwaitingContinue: boolean;
  readonly #clock: Clock;
  readonly #startedMs: number;
  #bytesIn = 0;
  #bytesOut = 0;
  #connectMs: number | undefined;
  #firstByteMs: number | undefined;
  #ending: Ending | undefined;
  #isOver = false;

  constructor({ request, response, plan, clock }: ClientLegOptions) {
    const { headers } = request;
    this.request = request;
    this.response = response;
    this.plan = plan;
    this.#clock = clock;
    this.#startedMs = clock.monotonicMs();
    this.hasBody =
      headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
    this.isAwaitingContinue = headers.expect !== undefined && request.httpVersion === "1.1";

    const { promise, resolve } = Promise.withResolvers<ForwardOutcome>();
    this.outcome = promise;
    const end = (): void => {
      this.#isOver = true;
      const outcome = this.#toOutcome();
      plan.tap?.ended(outcome.kind === "answered");
      resolve(outcome);
    };
    if (response.destroyed || request.socket.destroyed) end();
    else response.once("close", end);
  }

  /** True when the client was answered or has left: nothing can reach it any more. */
  get isOver(): boolean {
    return this.#isOver || this.#ending !== undefined;
  }

  /** Of the request's body, as far as it was passed on. */
  get bytesIn(): number {
    return this.#bytesIn;
  }

  /** Of the answer's body. */
  get bytesOut(): number {
    return this.#bytesOut;
  }

  /** An engine tells of every chunk of the body that it passes on. */
  noteRequestBytes(chunk: Buffer): void {
    this.#bytesIn += chunk.length;
    this.plan.tap?.requestBytes(chunk);
  }

  /** An engine tells of every chunk of the answer's body that it passes on. */
  noteAnswerBytes(chunk: Buffer): void {
    this.#bytesOut += chunk.length;
    this.plan.tap?.answerBytes(chunk);
  }

  noteConnected(): void {
    this.#connectMs ??= this.#clock.monotonicMs() - this.#startedMs;
  }

  /** An answer before the final one (RFC 9110 §15.2). HTTP/1.0 knows none. */
  inform(status: number, rawHeaders: RawHeaders): void {
    if (status === 100) this.isAwaitingContinue = false;
    if (this.isOver || this.response.headersSent || this.request.httpVersion !== "1.1") return;
    if (status === 100) this.response.writeContinue();
    else this.response.writeInformation(status, toClientHeaders(rawHeaders, false));
  }

  /** Sends the head of the upstream's answer. False where it cannot be sent, and the exchange failed. */
  begin({ statusCode = 0, statusMessage = "", rawHeaders }: AnswerHead): boolean {
    const { request, response, plan } = this;
    if (this.isOver) return false;
    this.#firstByteMs = this.#clock.monotonicMs() - this.#startedMs;
    const isModern = request.httpVersion === "1.1";
    // The body that the client held back may still come, or not: only a new connection is sure.
    if (this.isAwaitingContinue) response.shouldKeepAlive = false;
    // HTTP/1.1 connections persist without a word, and the legacy says none; Node would.
    if (isModern && response.shouldKeepAlive) response.removeHeader("connection");
    response.sendDate = false;
    const canChunk = isModern && statusCode !== 204 && statusCode !== 304;
    try {
      // Nobody has asked for another protocol.
      if (statusCode < 200) throw new RangeError("A final answer has a final status");
      const headers = toNodeHeaders(toClientHeaders(rawHeaders, canChunk));
      response.writeHead(statusCode, statusMessage, [...headers, ...plan.answerHeaders]);
    } catch {
      // Node refuses to send what would change the answer's shape.
      this.fail("UPSTREAM_MALFORMED");
      return false;
    }
    plan.tap?.answerHead(statusCode, rawHeaders);
    return true;
  }

  /** Sends the head now, if nothing of the body has taken it along by then: a silent stream is open, too. */
  flushHead(): void {
    const { response } = this;
    if (this.#bytesOut === 0 && !response.writableEnded && !this.isOver) response.flushHeaders();
  }

  addTrailers(rawTrailers: RawHeaders): void {
    if (rawTrailers.length > 0) this.response.addTrailers(toTrailers(rawTrailers));
  }

  /** Ends the exchange in Banyan's own answer, or breaks the connection where an answer has begun. */
  fail(failure: ErrorCode | AppError): void {
    if (this.isOver) return;
    if (this.response.headersSent) {
      this.cut();
      return;
    }
    const error = typeof failure === "string" ? new AppError(failure) : failure;
    this.#ending = { kind: "failed", code: error.code };
    this.#answer(error);
  }

  /** The upstream was lost in mid-answer: a clean end would make half an answer look whole. */
  cut(): void {
    if (this.isOver) return;
    this.#ending = { kind: "cut", status: this.response.statusCode };
    this.response.destroy();
  }

  #answer(error: AppError): void {
    const { request, response, plan } = this;
    const { status, headers, body } = toErrorAnswer(error);
    const isUnread = this.hasBody && !request.complete;
    const isSending = isUnread && !this.isAwaitingContinue && error.code !== "REQUEST_TIMEOUT";
    if (isUnread) response.shouldKeepAlive = false;
    response.writeHead(status, STATUS_CODES[status] ?? "", [
      ...Object.entries(headers).flat(),
      ...plan.failureHeaders(),
    ]);
    this.#bytesOut = body.length;
    // Unread, the rest of the body would stand before the next request on this connection.
    if (this.hasBody) request.unpipe().resume();
    if (isSending) this.#linger(body);
    else response.end(body);
  }

  /**
   * Closing on a client that is still sending resets the connection, and the reset overtakes the answer
   * (RFC 9112 §9.6). So the rest of its body is read into nothing for a while.
   */
  #linger(body: string): void {
    const { request, response } = this;
    response.write(body);
    const end = (): void => {
      clearTimeout(timer);
      response.end();
    };
    const timer = setTimeout(end, LINGER_MS);
    request.once("end", end);
    response.once("close", end);
  }

  #toOutcome(): ForwardOutcome {
    const facts = {
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      connectMs: this.#connectMs,
      firstByteMs: this.#firstByteMs,
    };
    if (this.#ending !== undefined) return { ...this.#ending, ...facts };
    return this.response.writableFinished
      ? { kind: "answered", status: this.response.statusCode, ...facts }
      : { kind: "abandoned", ...facts };
  }
}
