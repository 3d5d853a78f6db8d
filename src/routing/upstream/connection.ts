import type { LookupFunction, Socket } from "node:net";

import { type AnswerListener, AnswerReader } from "#routing/upstream/answer-reader.ts";
import { connectToOrigin } from "#routing/upstream/connect-to-origin.ts";
import { outliveFailedWrite } from "#routing/upstream/outlive-failed-write.ts";

/** The legacy's server closes a connection after 5 s without a request; this must be the first to let go. */
const IDLE_MS = 4000;

/** Who has a connection for the time of one request. */
export interface ConnectionUser extends AnswerListener {
  /** Nothing of the request is still to be written. */
  readonly isRequestSent: boolean;
  onConnected(): void;
  /** One read has been handed over. False stops reading until `resume`. */
  onRead(): boolean;
  /** It is gone, or says what is no answer. No other method is called after this one. */
  onLost(error: unknown): void;
}

export interface ConnectionOptions {
  readonly origin: URL;
  /** Default: the system's resolver. */
  readonly lookup?: LookupFunction | undefined;
  /** Where each read is put: views into it are good for as long as a listener runs, and for no longer. */
  readonly readBuffer: Buffer;
  readonly onIdle: (connection: Connection) => void;
  readonly onGone: (connection: Connection) => void;
}

const createLoss = (): Error =>
  Object.assign(new Error("The upstream closed the connection"), { code: "ECONNRESET" });

/** A connection to the upstream that carries one request at a time. */
export class Connection {
  readonly socket: Socket;
  readonly #onIdle: ConnectionOptions["onIdle"];
  #user: ConnectionUser | undefined;
  #reader: AnswerReader | undefined;
  #isConnected = false;
  #isReused = false;
  #hasHeard = false;

  constructor({ origin, lookup, readBuffer, onIdle, onGone }: ConnectionOptions) {
    this.#onIdle = onIdle;
    const { socket, readyEvent, readsInto } = connectToOrigin(
      origin,
      { ...(lookup !== undefined && { lookup }) },
      { buffer: readBuffer, callback: (size) => this.#receive(readBuffer.subarray(0, size)) },
    );
    this.socket = socket;
    if (!readsInto) {
      socket.on("data", (bytes: Buffer) => {
        if (!this.#receive(bytes)) socket.pause();
      });
    }
    outliveFailedWrite(socket);
    socket.once(readyEvent, () => {
      this.#isConnected = true;
      this.#user?.onConnected();
    });
    socket.on("end", () => this.#end());
    socket.on("error", (error) => this.#lose(error));
    socket.once("close", () => {
      this.#lose(createLoss());
      onGone(this);
    });
    socket.setTimeout(IDLE_MS, () => {
      if (this.#user === undefined) this.destroy();
    });
  }

  /** It has carried an answer before the present request. */
  get isReused(): boolean {
    return this.#isReused;
  }

  /** Something has come back since the present request began. */
  get hasHeard(): boolean {
    return this.#hasHeard;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  use(user: ConnectionUser, isHeadRequest: boolean): void {
    this.#user = user;
    this.#reader = new AnswerReader(user, isHeadRequest);
    this.#hasHeard = false;
    if (this.#isConnected) user.onConnected();
  }

  resume(): void {
    if (this.#user !== undefined) this.socket.resume();
  }

  /** Ends it, and tells its user nothing. */
  destroy(): void {
    this.#user = undefined;
    this.#reader = undefined;
    this.socket.destroy();
  }

  /** False where nothing more shall be read for now. */
  #receive(bytes: Buffer): boolean {
    const user = this.#user;
    const reader = this.#reader;
    if (user === undefined || reader === undefined) {
      // Nobody has asked: taken for the next answer, these bytes would be somebody else's.
      this.destroy();
      return false;
    }
    this.#hasHeard = true;
    try {
      const size = reader.read(bytes);
      if (!reader.isDone) return user.onRead();
      this.#release(user, reader.isPersistent && size === bytes.length);
      return true;
    } catch (error) {
      this.#lose(error);
      return false;
    }
  }

  #end(): void {
    if (this.#reader?.end() === true) this.destroy();
    else this.#lose(createLoss());
  }

  #release(user: ConnectionUser, isPersistent: boolean): void {
    // It may have been destroyed by its user meanwhile.
    if (this.#user !== user) return;
    const { socket } = this;
    const isClean = user.isRequestSent && socket.writableLength === 0 && socket.writable;
    if (!isPersistent || !isClean) {
      this.destroy();
      return;
    }
    this.#user = undefined;
    this.#reader = undefined;
    this.#isReused = true;
    this.#onIdle(this);
  }

  #lose(error: unknown): void {
    const user = this.#user;
    this.destroy();
    user?.onLost(error);
  }
}
