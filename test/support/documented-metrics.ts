import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const PATH = resolve(import.meta.dirname, "../../docs/metrics.md");
const ROW = /^\| `(\w+)` +\| (\w+) +\|[^|]*\| (.*?) +\|$/gmu;

/** Node's own, as prom-client names them. */
const isOwn = (line: string): boolean => !/^(?:nodejs|process)_/u.test(line);

/** Name, type and meaning of each metric that a table of the documentation has, sorted. */
export function documentedMetrics(table: "metrics" | "more-metrics"): readonly string[] {
  const text = readFileSync(PATH, "utf8");
  const [, rows = ""] =
    new RegExp(`<!-- ${table}:.*?-->(.*?)<!-- /${table} -->`, "su").exec(text) ?? [];
  return [...rows.matchAll(ROW)]
    .map(([, name = "", type = "", meaning = ""]) => `${name} ${type} ${meaning}`)
    .toSorted();
}

/** The same of what a service shows at `/metrics`. */
export function shownMetrics(text: string): readonly string[] {
  const types = new Map(
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gmu)].map(([, name = "", type = ""]) => [name, type]),
  );
  return [...text.matchAll(/^# HELP (\S+) (.*)$/gmu)]
    .map(([, name = "", meaning = ""]) => `${name} ${types.get(name) ?? ""} ${meaning}`)
    .filter(isOwn)
    .toSorted();
}
