import type { CommandContext, CommandDefinition } from "#cli/command.ts";
import { flagSource } from "#cli/load-flags.ts";
import { readVersion } from "#cli/read-version.ts";
import { toBanner } from "#cli/serve/banner.ts";
import { createService, type ServiceOptions } from "#cli/serve/create-service.ts";
import type { Service } from "#cli/serve/service.ts";
import { type Config, loadConfig } from "#platform/config/load-config.ts";
import { AppError } from "#platform/errors.ts";
import { createLogger } from "#platform/logger.ts";

function describeFlags(config: Config): string {
  const source = flagSource(config);
  if (source.kind === "file") return `${source.path}, watched`;
  return source.kind === "unleash" ? source.url : "none";
}

/** Runs the service that was opened until it is asked to end, or cannot go on. */
async function run(
  open: () => Promise<Service>,
  { config, logger, version }: ServiceOptions,
  { say, onSignal, exit }: CommandContext,
): Promise<void> {
  // Before anything is opened: a signal that comes while it starts ends it in order, too.
  const { promise: asked, resolve: ask } = Promise.withResolvers<string>();
  let signals = 0;
  onSignal((signal) => {
    signals += 1;
    if (signals > 1) exit(1);
    ask(signal);
  });

  const service = await open();
  const { publicUrl, adminUrl, failed } = service;
  // Beside the log, which stays one JSON object a line.
  say(
    toBanner({
      version,
      publicUrl,
      adminUrl,
      legacyUrl: config.LEGACY_URL,
      flagsFrom: describeFlags(config),
    }),
  );
  logger.info({ version, public: publicUrl.origin, admin: adminUrl.origin }, "Listening");

  const failure = failed?.then(
    (reason) => new AppError("WORKERS_FAILED", `The workers ended: ${reason}`),
  );
  const end = await Promise.race(failure === undefined ? [asked] : [asked, failure]);
  if (typeof end !== "string") {
    await service.close();
    throw end;
  }
  logger.info({ signal: end }, "Draining");
  const report = await service.drain();
  await service.close();
  logger.info({ ...report }, "Stopped");
}

export const serveCommand: CommandDefinition = (program, context) => {
  program
    .command("serve")
    .description("stand in front of the legacy; the default command")
    .action(async () => {
      const { environment, onSignal, exit } = context;
      const config = loadConfig(environment);
      const version = readVersion();
      const alone = { config, version, logger: createLogger({ level: config.LOG_LEVEL }) };
      if (config.WORKERS === 1) {
        await run(async () => createService(alone), alone, context);
        return;
      }
      // Not loaded by who is alone.
      const { createPrimary, createWorkerStarter, linkToPrimary, runWorker } =
        await import("#cli/serve/workers/index.ts");
      const link = linkToPrimary();
      if (link === undefined) {
        const startWorker = createWorkerStarter();
        await run(async () => createPrimary({ ...alone, startWorker }), alone, context);
        return;
      }
      // A terminal's Ctrl-C reaches every process of the group; when to end is for the primary to say.
      onSignal(() => {});
      const logger = createLogger({ level: config.LOG_LEVEL, worker: link.workerId });
      await runWorker({ config, version, link, logger, exit });
    });
};
