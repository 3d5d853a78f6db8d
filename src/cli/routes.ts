import type { CommandDefinition } from "#cli/command.ts";
import { toTextTable } from "#cli/text-table.ts";
import { NATIVE_ROUTE_IDS } from "#concerns/index.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import { flagOf } from "#routing/route.ts";

const rows = () =>
  ROUTE_TABLE.map((route) => ({
    ...route,
    flag: flagOf(route) ?? null,
    hasNative: NATIVE_ROUTE_IDS.has(route.id),
  }));

export const routesCommand: CommandDefinition = (program, { print }) => {
  program
    .command("routes")
    .description("print the map of the migration: one row a route")
    .option("--json", "as JSON, with time-outs")
    .action(({ json }: { json?: true }) => {
      if (json) {
        print(`${JSON.stringify(rows(), null, 2)}\n`);
        return;
      }
      const table = toTextTable(
        ["ID", "METHOD", "PATH", "CONCERN", "EFFECT", "NATIVE", "FLAG"],
        rows().map(({ id, method, path, concern, effect, hasNative, flag }) => [
          id,
          method,
          path,
          concern,
          effect,
          hasNative ? "yes" : "-",
          flag ?? "-",
        ]),
      );
      print(`${table}\n`);
    });
};
