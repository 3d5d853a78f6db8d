import type { ErrorCode } from "#platform/errors.ts";
import { MalformedAnswer, type ParsedHead } from "#routing/upstream/answer-head.ts";
import { isRepeatable, toLossCode, toSilenceCode } from "#routing/upstream/attempt-failure.ts";
import { type BodyPiece, writePiece } from "#routing/upstream/body-buffers.ts";
import type { ClientLeg } from "#routing/upstream/client-leg.ts";
import type { ConnectionPool } from "#routing/upstream/connection-pool.ts";
import type { Connection, ConnectionUser } from "#routing/upstream/connection.ts";
import { passBody } from "#routing/upstream/pass-body.ts";
import { encodeRequestHead } from "#routing/upstream/request-head.ts";
import type { RawHeaders } from "#routing/upstream/upstream.ts";

export interface DirectAttemptOptions {
  readonly leg: ClientLeg;
  readonly pool: ConnectionPool;
  /** Sent as `Host` where the client sent none. */
  readonly defaultHost: string;
  readonly report: (code: ErrorCode, error: unknown) => void;
}

const NOTHING: BodyPiece = { chunk: "", release: undefined };

/** One request on its way over a connection of the pool, and its answer on the way back. */
export class DirectAttempt implements ConnectionUser {
  readonly #options: DirectAttemptOptions;
  readonly #leg: ClientLeg;
  #connection: Connection | undefined;
  #isRetry = false;
  #isRequestSent = false;
  #hasAnswer = false;
  /** Runs out when the upstream, or a client in mid-body, has been silent for too long. */
  #silence: NodeJS.Timeout | undefined;
  /** The latest piece of the body: where it turns out to be the last, it takes the answer's end along. */
  #held: BodyPiece | undefined;

  constructor(options: DirectAttemptOptions) {
    this.#options = options;
    this.#leg = options.leg;
    // By its promise, measured: with a callback in the leg, V8's quick collections kept every exchange until a full one.
    void this.#leg.outcome.then(() => this.#letGo());
  }

  get isRequestSent(): boolean {
    return this.#isRequestSent;
  }

  start(): void {
    const { pool, defaultHost } = this.#options;
    const leg = this.#leg;
    const { method = "GET" } = leg.request;
    let head: string;
    try {
      const { target, headers } = leg.plan;
      head = encodeRequestHead({ method, target, headers }, defaultHost);
    } catch (error) {
      this.#fail("REQUEST_MALFORMED", error);
      return;
    }
    const connection = this.#isRetry ? pool.create() : pool.take();
    this.#connection = connection;
    if (!connection.isConnected) {
      const { connectMs } = leg.plan.timeouts;
      this.#silence = setTimeout(() => this.#fail("UPSTREAM_CONNECT_TIMEOUT"), connectMs);
    }
    connection.use(this, method === "HEAD");
    if (leg.hasBody) this.#passBody(connection, head);
    else {
      connection.socket.write(head, "latin1");
      this.#isRequestSent = true;
    }
  }

  onConnected(): void {
    const leg = this.#leg;
    leg.noteConnected();
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      const isFull = this.#connection?.socket.writableNeedDrain ?? false;
      this.#fail(toSilenceCode(leg, isFull));
    }, leg.plan.timeouts.firstByteMs);
  }

  onInformation({ statusCode, rawHeaders }: ParsedHead): void {
    this.#silence?.refresh();
    this.#leg.inform(statusCode, rawHeaders);
  }

  /** From here on there is no time-out. */
  onHead(head: ParsedHead): void {
    this.#hasAnswer = true;
    clearTimeout(this.#silence);
    if (!this.#leg.begin(head)) this.#letGo();
  }

  onBody(view: Buffer): void {
    const leg = this.#leg;
    if (leg.isOver) return;
    this.#flush();
    this.#held = this.#options.pool.buffers.copy(view);
    leg.noteAnswerBytes(view);
  }

  onEnd(trailers: RawHeaders): void {
    const leg = this.#leg;
    if (leg.isOver) return;
    this.#drop();
    leg.addTrailers(trailers);
    const { chunk, release } = this.#held ?? NOTHING;
    leg.response.end(chunk, "latin1", release);
  }

  onRead(): boolean {
    const { response, isOver } = this.#leg;
    if (isOver || !this.#hasAnswer) return true;
    if (this.#held === undefined) this.#leg.flushHead();
    this.#flush();
    if (!response.writableNeedDrain) return true;
    response.once("drain", () => this.#connection?.resume());
    return false;
  }

  #flush(): void {
    if (this.#held === undefined) return;
    writePiece(this.#leg.response, this.#held);
    this.#held = undefined;
  }

  onLost(error: unknown): void {
    const leg = this.#leg;
    if (leg.isOver) return;
    clearTimeout(this.#silence);
    const connection = this.#connection;
    this.#connection = undefined;
    const isStale = connection?.isReused === true && !connection.hasHeard;
    if (this.#hasAnswer) leg.cut();
    else if (error instanceof MalformedAnswer) this.#fail("UPSTREAM_MALFORMED", error);
    else if (isStale && isRepeatable(leg, error)) {
      this.#isRetry = true;
      this.start();
    } else this.#fail(toLossCode(error, connection?.isConnected === true), error);
  }

  /** The client has been dealt with, and the answer is not complete: nobody waits for what would still come. */
  #letGo(): void {
    clearTimeout(this.#silence);
    this.#connection?.destroy();
    this.#drop();
  }

  /** The rest of a body that the upstream has not waited for would stand before the client's next request. */
  #drop(): void {
    this.#connection = undefined;
    if (!this.#isRequestSent) this.#leg.request.resume();
  }

  #fail(code: ErrorCode, error?: unknown): void {
    clearTimeout(this.#silence);
    this.#options.report(code, error);
    this.#leg.fail(code);
    this.#letGo();
  }

  #passBody(connection: Connection, head: string): void {
    passBody(this.#leg, connection.socket, {
      head,
      isWanted: () =>
        this.#connection === connection && connection.socket.writable && !this.#leg.isOver,
      onProgress: () => {
        this.#silence?.refresh();
      },
      onTooLarge: () => this.#fail("BODY_TOO_LARGE"),
      onSent: () => {
        this.#isRequestSent = true;
      },
    });
  }
}
