import { type ClientRequest, IncomingMessage } from "node:http";

import { type ErrorCode, toNodeCode } from "#platform/errors.ts";
import { toTrailers } from "#routing/headers.ts";
import { isRepeatable, toLossCode, toSilenceCode } from "#routing/upstream/attempt-failure.ts";
import type { ClientLeg } from "#routing/upstream/client-leg.ts";
import { freeChunk } from "#routing/upstream/free-chunk.ts";
import { writeRequestHead } from "#routing/upstream/http-head.ts";
import { outliveFailedWrite } from "#routing/upstream/outlive-failed-write.ts";

export interface AttemptOptions {
  readonly leg: ClientLeg;
  /** True for the second and last attempt, which goes over a fresh connection. */
  readonly isRetry: boolean;
  /** Sent as `Host` where the client sent none. */
  readonly defaultHost: string;
  /** What to do when the connection was found closed before the upstream can have seen the request. */
  readonly retry: () => void;
  readonly report: (code: ErrorCode, error: unknown) => void;
}

/** A connection that is gone may have taken a write with it that is not over. */
const hasWrittenAll = ({ destroyed, socket, writableLength }: ClientRequest): boolean =>
  !destroyed && socket?.destroyed === false && writableLength === 0;

/**
 * One attempt to pass a request upstream. It stands in for the client's request inside the middleware,
 * which reads target and headers from a request in its own way: from this one it reads nothing. The real
 * target, headers and body go around it, by the hooks that `http-engine.ts` puts into the middleware.
 */
export class Attempt extends IncomingMessage {
  readonly leg: ClientLeg;
  readonly isRetry: boolean;
  readonly #defaultHost: string;
  readonly #retry: () => void;
  readonly #report: AttemptOptions["report"];
  #outgoing: ClientRequest | undefined;
  /** Runs out when the upstream, or a client in mid-body, has been silent for too long. */
  #silence: NodeJS.Timeout | undefined;
  #isConnected = false;
  #answer: IncomingMessage | undefined;
  #bytesReadBefore = 0;

  constructor({ leg, isRetry, defaultHost, retry, report }: AttemptOptions) {
    super(leg.request.socket);
    this.method = leg.request.method ?? "GET";
    this.url = "/";
    this.leg = leg;
    this.isRetry = isRetry;
    this.#defaultHost = defaultHost;
    this.#retry = retry;
    this.#report = report;
    void leg.outcome.then(() => this.#letGo());
  }

  /** The upstream request has a socket, and nothing was sent yet. */
  send(outgoing: ClientRequest): void {
    const { leg } = this;
    this.#outgoing = outgoing;
    if (leg.isOver) {
      outgoing.destroy();
      return;
    }
    try {
      writeRequestHead(outgoing, leg.plan.headers, this.#defaultHost);
    } catch (error) {
      this.#fail("REQUEST_MALFORMED", error);
      return;
    }
    outgoing.on("information", ({ statusCode, rawHeaders }) => {
      this.#silence?.refresh();
      leg.inform(statusCode, rawHeaders);
    });
    this.#watchConnection(outgoing);
    if (leg.hasBody) this.#watchBody(outgoing);
  }

  /** The head of the upstream's answer has come: from here on there is no time-out. */
  relay(answer: IncomingMessage): void {
    const { leg } = this;
    this.#answer = answer;
    clearTimeout(this.#silence);
    if (!leg.begin(answer)) {
      this.#outgoing?.destroy();
      return;
    }
    answer.on("data", (chunk: Buffer) => leg.noteAnswerBytes(chunk));
    answer.once("end", () => leg.addTrailers(answer.rawTrailers));
    answer.pipe(leg.response);
    process.nextTick(() => leg.flushHead());
  }

  /** The upstream was lost, or cannot be understood. */
  lose(error: unknown): void {
    if (this.leg.isOver) return;
    clearTimeout(this.#silence);
    if (this.#answer !== undefined) {
      // A write may fail, too, after the whole answer has come.
      if (!this.#answer.complete) this.leg.cut();
    } else if (this.#isStale(error)) this.#retry();
    else this.#fail(this.#toCode(error), error);
  }

  /** The client has been dealt with: nobody waits for what the upstream would still say. */
  #letGo(): void {
    clearTimeout(this.#silence);
    if (this.#answer?.complete !== true) this.#outgoing?.destroy();
  }

  /** A kept connection that the upstream had given up: nothing came back on it. A fresh one never is. */
  #isStale(error: unknown): boolean {
    const outgoing = this.#outgoing;
    return (
      outgoing?.reusedSocket === true &&
      outgoing.socket?.bytesRead === this.#bytesReadBefore &&
      isRepeatable(this.leg, error)
    );
  }

  #toCode(error: unknown): ErrorCode {
    if (toNodeCode(error).startsWith("HPE_")) return "UPSTREAM_MALFORMED";
    return toLossCode(error, this.#isConnected);
  }

  #fail(code: ErrorCode, error?: unknown): void {
    clearTimeout(this.#silence);
    this.#report(code, error);
    this.leg.fail(code);
    this.#outgoing?.destroy();
  }

  #watchConnection(outgoing: ClientRequest): void {
    const { leg } = this;
    const { connectMs, firstByteMs } = leg.plan.timeouts;
    const { socket } = outgoing;
    const onConnected = (): void => {
      this.#isConnected = true;
      leg.noteConnected();
      clearTimeout(this.#silence);
      this.#silence = setTimeout(
        () => this.#fail(toSilenceCode(leg, outgoing.writableNeedDrain)),
        firstByteMs,
      );
    };
    if (socket === null || outgoing.reusedSocket) {
      this.#bytesReadBefore = socket?.bytesRead ?? 0;
      onConnected();
      return;
    }
    outliveFailedWrite(socket);
    socket.once("encrypted" in socket ? "secureConnect" : "connect", onConnected);
    this.#silence = setTimeout(() => this.#fail("UPSTREAM_CONNECT_TIMEOUT"), connectMs);
  }

  #watchBody(outgoing: ClientRequest): void {
    const { leg } = this;
    const { request } = leg;
    const { maxBodyBytes = Number.POSITIVE_INFINITY } = leg.plan;
    let underWay: Buffer[] = [];
    request.on("data", (chunk: Buffer) => {
      if (leg.isOver) return;
      // The pipe writes this one next; where nothing waits, those before it have gone.
      if (hasWrittenAll(outgoing)) {
        for (const gone of underWay) freeChunk(gone);
        underWay = [];
      }
      underWay.push(chunk);
      leg.noteRequestBytes(chunk);
      this.#silence?.refresh();
      if (leg.bytesIn > maxBodyBytes) this.#fail("BODY_TOO_LARGE");
    });
    request.once("end", () => {
      this.#silence?.refresh();
      if (request.rawTrailers.length > 0) outgoing.addTrailers(toTrailers(request.rawTrailers));
    });
    // The upstream may have something to say to the head alone, when the body is slow to come.
    setImmediate(() => {
      if (leg.bytesIn === 0 && !outgoing.destroyed && !outgoing.writableEnded) {
        outgoing.flushHeaders();
      }
    });
  }
}
