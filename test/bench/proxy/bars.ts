import { ratioOf, summarise, type Summary } from "./harness/summary.ts";
import type { Readings } from "./measures/measure.ts";

export interface Bar {
  readonly name: string;
  readonly limit: number;
  readonly unit: string;
  readonly found: Summary;
  /** Where more is better: it is to be reached, not kept below. */
  readonly isFloor: boolean;
}

export type Verdict = "held" | "missed" | "not measured";

interface BarSpec {
  readonly name: string;
  readonly limit: number;
  readonly unit: string;
  readonly isFloor?: true;
  readonly read: (readings: Readings) => Summary;
}

const against =
  (series: string, peer: string) =>
  (readings: Readings): Summary =>
    ratioOf(readings.of(series, "banyan"), readings.of(series, peer));

const median =
  (series: string) =>
  (readings: Readings): Summary =>
    summarise(readings.of(series, "banyan"));

/** Of what is to be held in every round, not in most. */
const worst =
  (series: string) =>
  (readings: Readings): Summary => {
    const all = summarise(readings.of(series, "banyan"));
    return { ...all, median: all.max };
  };

const overDirect = (readings: Readings): Summary => {
  const direct = readings.of("events.firstByteMs", "direct");
  return summarise(
    readings
      .of("events.firstByteMs", "banyan")
      .map((value, round) => value - (direct[round] ?? Number.NaN)),
  );
};

const grown =
  (series: string) =>
  (readings: Readings): Summary =>
    ratioOf(readings.of(series, "banyan"), readings.of("growth.few", "banyan"));

/** What Banyan promises of its speed. Ratios are of CPU time, taken inside a round. */
const SPECS: readonly BarSpec[] = [
  {
    name: "GET, CPU over express + HPM 4",
    limit: 0.55,
    unit: "×",
    read: against("get.cpu", "express-hpm"),
  },
  {
    name: "GET, CPU over @fastify/http-proxy",
    limit: 0.75,
    unit: "×",
    read: against("get.cpu", "fastify-http-proxy"),
  },
  {
    name: "GET, CPU over the naive strangler",
    limit: 0.4,
    unit: "×",
    read: against("get.cpu", "naive-strangler"),
  },
  { name: "GET, CPU over nginx", limit: 5, unit: "×", read: against("get.cpu", "nginx") },
  {
    name: "POST 2 KB, CPU over express + HPM 4",
    limit: 0.605,
    unit: "×",
    read: against("post.cpu", "express-hpm"),
  },
  {
    name: "POST 2 KB, CPU over @fastify/http-proxy",
    limit: 0.825,
    unit: "×",
    read: against("post.cpu", "fastify-http-proxy"),
  },
  {
    name: "POST 2 KB, CPU over the naive strangler",
    limit: 0.44,
    unit: "×",
    read: against("post.cpu", "naive-strangler"),
  },
  { name: "POST 2 KB, CPU over nginx", limit: 5.5, unit: "×", read: against("post.cpu", "nginx") },
  {
    name: "one connection, p50 over bare undici",
    limit: 1.3,
    unit: "×",
    read: against("one.p50", "bare-undici"),
  },
  { name: "events, first byte over direct", limit: 2, unit: "ms", read: overDirect },
  { name: "10 MB up, peak over idle", limit: 32, unit: "MiB", read: worst("up.mebibytes") },
  {
    name: "10 MB up in chunks, peak over idle",
    limit: 32,
    unit: "MiB",
    read: worst("up-chunked.mebibytes"),
  },
  { name: "10 MB down, peak over idle", limit: 32, unit: "MiB", read: worst("down.mebibytes") },
  { name: "idle tunnelled socket", limit: 16, unit: "KiB", read: median("sockets.idleKib") },
  { name: "idle native socket", limit: 25, unit: "KiB", read: median("sockets.nativeKib") },
  {
    name: "echo, CPU over nginx",
    limit: 1.3,
    unit: "×",
    read: against("sockets.echoCpu", "nginx"),
  },
  {
    name: "echo, 16 at a time, CPU over nginx",
    limit: 1.3,
    unit: "×",
    read: against("sockets.streamCpu", "nginx"),
  },
  { name: "chat turn, median", limit: 3, unit: "ms", read: median("turn.medianMs") },
  { name: "flip by file", limit: 1_000, unit: "ms", read: median("flip.fileMs") },
  { name: "kill switch by file", limit: 1_000, unit: "ms", read: median("flip.killSwitchMs") },
  { name: "1,000 flags over 10, CPU", limit: 1.1, unit: "×", read: grown("growth.flags") },
  {
    name: "5,000 open sockets over none, CPU",
    limit: 1.1,
    unit: "×",
    read: grown("growth.open"),
  },
  {
    name: "2,000 routes over 88, CPU of a match",
    limit: 1.15,
    unit: "×",
    read: (readings) =>
      ratioOf(readings.of("routes.many", "banyan"), readings.of("routes.few", "banyan")),
  },
  {
    name: "left within 3 minutes after 16 streams of 10 MB",
    limit: 16,
    unit: "MiB",
    read: worst("bursts.bodiesMebibytes"),
  },
  {
    name: "left within 3 minutes after 5,000 connections",
    limit: 16,
    unit: "MiB",
    read: worst("bursts.connectionsMebibytes"),
  },
  {
    name: "time, CPU at the end over the beginning",
    limit: 1.1,
    unit: "×",
    read: median("soak.cpuGrowth"),
  },
  {
    name: "time, memory held at the end over the beginning",
    limit: 1.1,
    unit: "×",
    read: median("soak.heldGrowth"),
  },
  {
    name: "time, resident memory at the end over the beginning",
    limit: 1.1,
    unit: "×",
    read: median("soak.residentGrowth"),
  },
  { name: "time, errors", limit: 0, unit: "", read: worst("soak.errors") },
  {
    name: "two workers over one, requests in a second of their own",
    limit: 1.5,
    unit: "×",
    isFloor: true,
    read: (readings) =>
      ratioOf(
        readings.of("workers.capacity", "two workers"),
        readings.of("workers.capacity", "one worker"),
      ),
  },
];

export const readBars = (readings: Readings): readonly Bar[] =>
  SPECS.map(({ name, limit, unit, isFloor = false, read }) => ({
    name,
    limit,
    unit,
    isFloor,
    found: read(readings),
  }));

export function verdictOf({ found, limit, isFloor }: Bar): Verdict {
  if (found.rounds === 0) return "not measured";
  const isHeld = isFloor ? found.median >= limit : found.median <= limit;
  return isHeld ? "held" : "missed";
}
