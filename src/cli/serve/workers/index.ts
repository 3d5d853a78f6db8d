/** The service in several processes: workers carry traffic, the primary steers and shows. `docs/workers.md`. */
export { createPrimary } from "#cli/serve/workers/create-primary.ts";
export { runWorker } from "#cli/serve/workers/run-worker.ts";
export { createWorkerStarter, linkToPrimary } from "#platform/workers/index.ts";
