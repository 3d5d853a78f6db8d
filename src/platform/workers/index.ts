/** Processes that run the same program and share what they listen on. Knows nothing of what they do. */
export { createWorkerStarter, linkToPrimary } from "#platform/workers/cluster.ts";
export { LIFE_SIGN_EVERY_MS } from "#platform/workers/silence.ts";
export { createSupervisor, type Supervisor } from "#platform/workers/supervisor.ts";
export type { PrimaryLink, StartWorker, WorkerProcess } from "#platform/workers/worker-process.ts";
