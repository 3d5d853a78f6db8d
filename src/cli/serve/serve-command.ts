import type { CommandDefinition } from "#cli/command.ts";
import { flagSource } from "#cli/load-flags.ts";
import { readVersion } from "#cli/read-version.ts";
import { toBanner } from "#cli/serve/banner.ts";
import { createService } from "#cli/serve/create-service.ts";
import { type Config, loadConfig } from "#platform/config/load-config.ts";
import { createLogger } from "#platform/logger.ts";

function describeFlags(config: Config): string {
  const source = flagSource(config);
  if (source.kind === "file") return `${source.path}, watched`;
  return source.kind === "unleash" ? source.url : "none";
}

export const serveCommand: CommandDefinition = (program, { environment, say, onSignal, exit }) => {
  program
    .command("serve")
    .description("stand in front of the legacy; the default command")
    .action(async () => {
      const config = loadConfig(environment);
      const version = readVersion();
      const logger = createLogger({ level: config.LOG_LEVEL });
      // Before anything is opened: a signal that comes while it starts ends it in order, too.
      const { promise: asked, resolve: ask } = Promise.withResolvers<string>();
      let signals = 0;
      onSignal((signal) => {
        signals += 1;
        if (signals > 1) exit(1);
        ask(signal);
      });

      const service = await createService({ config, logger, version });
      const { publicUrl, adminUrl } = service;
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

      logger.info({ signal: await asked }, "Draining");
      const report = await service.drain();
      await service.close();
      logger.info({ ...report }, "Stopped");
    });
};
