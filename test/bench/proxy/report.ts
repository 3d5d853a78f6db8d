import { readBars, verdictOf } from "./bars.ts";
import { summarise, type Summary } from "./harness/summary.ts";
import type { Readings } from "./measures/measure.ts";

const round = (value: number): string => {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
};

const show = ({ median, min, max }: Summary): string =>
  `${round(median)} (${round(min)}–${round(max)})`;

const toTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

interface TableSpec {
  readonly title: string;
  readonly columns: readonly (readonly [series: string, head: string])[];
}

const TABLES: readonly TableSpec[] = [
  {
    title: "GET, 64 connections",
    columns: [
      ["get.cpu", "CPU s / 10,000"],
      ["get.rps", "per second"],
      ["get.p50", "p50 ms"],
      ["get.p99", "p99 ms"],
      ["get.errors", "errors"],
    ],
  },
  {
    title: "POST 2 KB, 64 connections",
    columns: [
      ["post.cpu", "CPU s / 10,000"],
      ["post.rps", "per second"],
      ["post.p50", "p50 ms"],
      ["post.p99", "p99 ms"],
      ["post.errors", "errors"],
    ],
  },
  {
    title: "GET, one connection",
    columns: [
      ["one.cpu", "CPU s / 10,000"],
      ["one.p50", "p50 ms"],
      ["one.p99", "p99 ms"],
    ],
  },
  {
    title: "GET, paced at 1,000 a second",
    columns: [
      ["paced.cpu", "CPU s / 10,000"],
      ["paced.p50", "p50 ms"],
      ["paced.p99", "p99 ms"],
    ],
  },
  {
    title: "10 MB bodies on 4 streams, peak memory over idle",
    columns: [
      ["up.mebibytes", "up MiB"],
      ["up-chunked.mebibytes", "up in chunks MiB"],
      ["down.mebibytes", "down MiB"],
    ],
  },
  {
    title: "Events, 50 at 10 ms on 8 streams",
    columns: [
      ["events.firstByteMs", "first byte ms"],
      ["events.delayP50Ms", "delay p50 ms"],
      ["events.delayP99Ms", "delay p99 ms"],
    ],
  },
  {
    title: "Tunnelled WebSockets",
    columns: [
      ["sockets.upgradesPerSecond", "upgrades / s"],
      ["sockets.echoCpu", "CPU s / 100,000 echoes"],
      ["sockets.echoP50Ms", "p50 ms"],
      ["sockets.echoP99Ms", "p99 ms"],
      ["sockets.streamCpu", "16 at a time, CPU s / 100,000"],
      ["sockets.idleKib", "idle KiB"],
    ],
  },
  {
    title: "GET, 64 connections, no process kept on a processor",
    columns: [
      ["workers.rps", "per second"],
      ["workers.cpu", "CPU s / 10,000"],
      ["workers.capacity", "per second of processors of their own"],
      ["workers.load", "load average"],
    ],
  },
  {
    title: "Banyan alone",
    columns: [
      ["turn.medianMs", "chat turn ms"],
      ["sockets.nativeKib", "idle native socket KiB"],
      ["flip.fileMs", "flip by file ms"],
      ["flip.killSwitchMs", "kill switch ms"],
      ["growth.few", "10 flags, CPU s / 10,000"],
      ["growth.flags", "1,000 flags"],
      ["growth.open", "beside 5,000 open sockets"],
      ["growth.connections", "2,000 connections"],
      ["growth.leftMebibytes", "MiB left after a burst"],
    ],
  },
  {
    title: "Banyan alone, as time and routes grow",
    columns: [
      ["routes.few", "a match among 88 rows, ns"],
      ["routes.many", "among 2,000"],
      ["soak.cpu", "under steady load, CPU µs a request"],
      ["soak.cpuOverFresh", "over a rested process"],
      ["soak.mebibytes", "MiB"],
      ["soak.cpuGrowth", "CPU, last tenth over first"],
      ["soak.heldMebibytes", "MiB held once collected"],
      ["soak.heldGrowth", "last tenth over first"],
      ["soak.residentGrowth", "resident, last tenth over first"],
      ["bursts.connectionsMebibytes", "MiB left after 5,000 connections"],
      ["bursts.connectionsSeconds", "given back after s"],
      ["bursts.bodiesMebibytes", "after 16 streams of 10 MB"],
      ["bursts.bodiesSeconds", "given back after s"],
    ],
  },
];

function toSection({ title, columns }: TableSpec, readings: Readings): string | undefined {
  const measured = columns.filter(([series]) => readings.variantsOf(series).length > 0);
  const variants = [...new Set(measured.flatMap(([series]) => readings.variantsOf(series)))];
  if (variants.length === 0) return undefined;
  const rows = variants.map((variant) => [
    variant,
    ...measured.map(([series]) => {
      const values = readings.of(series, variant);
      return values.length === 0 ? "–" : show(summarise(values));
    }),
  ]);
  return `## ${title}\n\n${toTable(["variant", ...measured.map(([, head]) => head)], rows)}`;
}

/** The run as Markdown: the bars first, then a table for each load. Cells are median (min–max) over rounds. */
export function toReport(readings: Readings): string {
  const bars = readBars(readings).map((bar) => [
    bar.name,
    `${bar.isFloor ? "≥" : "≤"} ${round(bar.limit)} ${bar.unit}`,
    bar.found.rounds === 0 ? "–" : show(bar.found),
    verdictOf(bar),
  ]);
  const sections = TABLES.flatMap((table) => toSection(table, readings) ?? []);
  return [`## Bars\n\n${toTable(["bar", "limit", "found", ""], bars)}`, ...sections].join("\n\n");
}
