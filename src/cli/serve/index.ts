export { serveCommand } from "#cli/serve/serve-command.ts";
