import type { Crew, CrewOptions } from "#cli/serve/workers/crew.ts";
import { createDrainWatch } from "#cli/serve/workers/drain-watch.ts";
import {
  type FromPrimary,
  type FromWorker,
  fromWorkerSchema,
} from "#cli/serve/workers/messages.ts";
import { readMessage } from "#cli/serve/workers/read-message.ts";
import { createRecordReceiver, type RecordReceiver } from "#cli/serve/workers/record-receiver.ts";
import {
  createSteeringPublisher,
  type SteeringPublisher,
} from "#cli/serve/workers/steering-publisher.ts";
import { takeComparison } from "#cli/serve/workers/told-comparisons.ts";
import { createWorkerFigures, type WorkerFigures } from "#cli/serve/workers/worker-figures.ts";
import { AppError } from "#platform/errors.ts";
import { createSupervisor, type Supervisor, type WorkerProcess } from "#platform/workers/index.ts";
import type { DrainReport } from "#server/drain.ts";

/** What of its time a drain may spend on waiting until nobody accepts any more; it takes milliseconds. */
const STOP_SHARE = 0.05;
/** For workers that have nothing under way. */
const CLOSE_MS = 1_000;

class OpenCrew implements Crew {
  readonly #options: CrewOptions;
  readonly #supervisor: Supervisor;
  readonly #publisher: SteeringPublisher;
  readonly #figures: WorkerFigures;
  readonly #receivers = new Map<number, RecordReceiver>();
  readonly #address = Promise.withResolvers<URL>();
  readonly #stopWatch = createDrainWatch();
  readonly #drainWatch = createDrainWatch();
  /** Of the drain that has begun. */
  #graceMs: number | undefined;

  constructor(options: CrewOptions) {
    this.#options = options;
    const { count, startWorker, flags, delivery, clock, scheduler, logger } = options;
    this.#supervisor = createSupervisor({
      count,
      startWorker,
      onMessage: (worker, message) => this.#take(worker, message),
      onEnded: ({ id }) => this.#forget(id),
      clock,
      scheduler,
      logger,
    });
    this.#publisher = createSteeringPublisher({
      flags,
      safeguards: delivery.safeguards,
      tell: (message) => void this.#tellAll(message),
      scheduler,
    });
    this.#figures = createWorkerFigures({
      ask: (message) => this.#tellAll(message),
      scheduler,
      logger,
    });
  }

  get figures(): Crew["figures"] {
    return this.#figures;
  }

  get listening(): number {
    return this.#supervisor.listening;
  }

  get isDraining(): boolean {
    return this.#graceMs !== undefined;
  }

  get failed(): Promise<string> {
    return this.#supervisor.gaveUp;
  }

  async start(): Promise<URL> {
    this.#supervisor.start();
    void this.#supervisor.gaveUp.then((reason) => this.#refuse(reason));
    return this.#address.promise;
  }

  #refuse(reason: string): void {
    this.#address.reject(new AppError("WORKERS_FAILED", `Cannot run the workers: ${reason}`));
  }

  /** Those that have been set up; the others are told all of it when they ask. */
  #tellAll(message: FromPrimary): readonly number[] {
    const told = this.#supervisor.workers().filter(({ id }) => this.#receivers.has(id));
    for (const worker of told) worker.send(message);
    return told.map(({ id }) => id);
  }

  #receiverOf(workerId: number): RecordReceiver {
    const { observer, delivery, flags } = this.#options;
    const known = this.#receivers.get(workerId);
    if (known !== undefined) return known;
    const created = createRecordReceiver({ observer, census: delivery.census, flags });
    this.#receivers.set(workerId, created);
    return created;
  }

  #take(worker: WorkerProcess, message: unknown): void {
    const told = readMessage(fromWorkerSchema, message, this.#options.logger);
    if (told !== undefined) this.#act(worker, told);
  }

  #setUp(worker: WorkerProcess): void {
    this.#receiverOf(worker.id);
    const origin = this.#options.origin.href;
    worker.send({ kind: "setup", origin, ...this.#publisher.now() } satisfies FromPrimary);
    if (this.#graceMs === undefined) return;
    // It was told before it could hear.
    worker.send({ kind: "stop" } satisfies FromPrimary);
    this.#tellDrain(worker, this.#graceMs);
  }

  #act(worker: WorkerProcess, told: FromWorker): void {
    switch (told.kind) {
      case "hello":
        this.#setUp(worker);
        return;
      case "alive":
        // The supervisor has heard it.
        return;
      case "listening":
        this.#noteListening(worker, new URL(told.url));
        return;
      case "failed":
        // What the first ones cannot do will not be done by others.
        this.#refuse(told.problem);
        return;
      case "records":
        this.#receiverOf(worker.id).take(told);
        this.#publisher.look();
        return;
      case "shadow":
        this.#figures.takeShadow(worker.id, told.counts);
        return;
      case "compared":
      case "baseline":
        takeComparison(told, this.#options.delivery.comparisons);
        return;
      case "snapshot":
        this.#figures.takeSnapshot(worker.id, told.question, told.metrics);
        return;
      case "stopped":
        this.#stopWatch.note(worker.id);
        return;
      case "drained":
        this.#drainWatch.note(worker.id, told.report);
    }
  }

  #noteListening(worker: WorkerProcess, url: URL): void {
    this.#supervisor.noteListening(worker.id);
    if (this.#supervisor.listening >= this.#options.count) this.#address.resolve(url);
  }

  #forget(workerId: number): void {
    this.#receivers.get(workerId)?.close();
    this.#receivers.delete(workerId);
    this.#figures.forget(workerId);
    this.#stopWatch.note(workerId);
    this.#drainWatch.note(workerId);
  }

  #tellDrain(worker: WorkerProcess, graceMs: number): void {
    worker.send({ kind: "drain", graceMs } satisfies FromPrimary);
  }

  async drain({ graceMs, withinMs }: Parameters<Crew["drain"]>[0]): Promise<DrainReport> {
    this.#supervisor.stop();
    this.#graceMs = graceMs;
    const { scheduler } = this.#options;
    const workers = this.#supervisor.workers();
    const ids = workers.map(({ id }) => id);
    const cancels = [
      scheduler.after(withinMs, () => this.#drainWatch.end()),
      scheduler.after(withinMs * STOP_SHARE, () => this.#stopWatch.end()),
    ];
    const drained = this.#drainWatch.begin(ids);
    // First nobody accepts any more: whoever is told to come back by another connection must not be let in by one
    // that is about to leave.
    for (const worker of workers) worker.send({ kind: "stop" } satisfies FromPrimary);
    await this.#stopWatch.begin(ids);
    for (const worker of workers) this.#tellDrain(worker, graceMs);
    const report = await drained;
    for (const cancel of cancels) cancel();
    return report;
  }

  async endWithin(leftMs: number): Promise<void> {
    this.#supervisor.stop();
    const cancel = this.#options.scheduler.after(leftMs, () => {
      for (const worker of this.#supervisor.workers()) {
        this.#options.logger.warn({ worker: worker.id }, "A worker did not end in time");
        worker.kill();
      }
    });
    await this.#supervisor.allEnded();
    cancel();
  }

  async close(): Promise<void> {
    // Only where a start failed does anybody run by now.
    for (const worker of this.#supervisor.workers()) this.#tellDrain(worker, CLOSE_MS / 2);
    await this.endWithin(CLOSE_MS);
    this.#figures.close();
    await this.#publisher.close();
  }
}

/** Starts nothing before `start`. */
export const createCrew = (options: CrewOptions): Crew => new OpenCrew(options);
