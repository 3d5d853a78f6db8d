import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { stderr, stdout } from "node:process";

import { Command, InvalidArgumentError } from "commander";

import { readBars, verdictOf } from "./bars.ts";
import { endTogether } from "./harness/spawned.ts";
import { startLoadClient, startUpstream } from "./load/load-client.ts";
import { bodies } from "./measures/bodies.ts";
import { bursts } from "./measures/bursts.ts";
import { chatTurn } from "./measures/chat-turn.ts";
import { events } from "./measures/events.ts";
import { flips } from "./measures/flips.ts";
import { growth } from "./measures/growth.ts";
import { Readings, type Measure } from "./measures/measure.ts";
import { requestCost } from "./measures/request-cost.ts";
import { routes } from "./measures/routes.ts";
import { soak } from "./measures/soak.ts";
import { sockets } from "./measures/sockets.ts";
import { workers } from "./measures/workers.ts";
import { toReport } from "./report.ts";
import { VARIANTS } from "./variants/index.ts";
import type { RunningVariant, Variant, VariantContext } from "./variants/variant.ts";

/** Every measure, one line each, in the order of the run. */
const MEASURES: Readonly<Record<string, Measure>> = {
  requests: requestCost,
  bodies,
  events,
  sockets,
  turn: chatTurn,
  flips,
  growth,
  routes,
  bursts,
  soak,
  workers,
};

interface Options {
  readonly quick: boolean;
  readonly check: boolean;
  readonly json?: string;
  readonly only?: readonly string[];
  readonly minutes?: number;
}

const startedAtMs = performance.now();
const say = (line: string): void => {
  const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(0).padStart(4);
  stderr.write(`${seconds} s  ${line}\n`);
};

async function startVariant(name: string, context: VariantContext): Promise<RunningVariant> {
  const variant = VARIANTS.find((each) => each.name === name);
  if (variant === undefined) throw new RangeError(`There is no variant called ${name}`);
  return variant.start(context);
}

async function startAll(
  context: VariantContext,
  wanted: readonly Variant[],
  stack: AsyncDisposableStack,
): Promise<ReadonlyMap<string, RunningVariant>> {
  const running = new Map<string, RunningVariant>();
  for (const variant of wanted) {
    const problem = variant.problem();
    if (problem !== undefined) {
      say(`left out: ${variant.name}: ${problem}`);
      continue;
    }
    // oxlint-disable-next-line no-await-in-loop -- each start is to have the processor for itself
    running.set(variant.name, stack.use(await variant.start(context)));
    say(`started: ${variant.label}`);
  }
  return running;
}

endTogether();

async function run({ quick, check, json, only, minutes }: Options): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "banyan-bench-"));
  stack.defer(async () => rm(folder, { recursive: true, force: true }));
  const upstream = stack.use(await startUpstream());
  const client = stack.use(await startLoadClient());
  const where = { upstreamPort: upstream.port, folder };
  const wanted = quick ? VARIANTS.filter(({ isJudged }) => isJudged) : VARIANTS;
  const variants = await startAll(where, wanted, stack);
  const context = {
    ...where,
    client,
    variants,
    startFresh: async (name: string) => startVariant(name, where),
    isQuick: quick,
    soakMinutes: minutes,
    say,
    random: Math.random,
  };
  const readings = new Readings();
  for (const [name, measure] of Object.entries(MEASURES)) {
    if (only !== undefined && !only.includes(name)) continue;
    // oxlint-disable-next-line no-await-in-loop -- one load at a time
    await measure(context, readings);
  }
  const machine = `${availableParallelism()} × ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}`;
  stdout.write(`${toReport(readings)}\n\nMachine: ${machine}\n`);
  if (json !== undefined) {
    await writeFile(json, JSON.stringify({ machine, readings: readings.toJson() }, undefined, 2));
  }
  const missed = readBars(readings).filter((bar) => verdictOf(bar) === "missed");
  return check && missed.length > 0 ? 1 : 0;
}

function toMinutes(text: string): number {
  const minutes = Number(text);
  if (!(minutes > 0)) throw new InvalidArgumentError("Give a number above 0");
  return minutes;
}

const program = new Command("bench")
  .description("measure Banyan beside other proxies, in one run")
  .option("--quick", "fewer rounds, done within three minutes", false)
  .option("--check", "exit with 1 where a bar is missed", false)
  .option("--json <path>", "write every reading as JSON")
  .option("--only <names...>", `of ${Object.keys(MEASURES).join(", ")}`)
  .option(
    "--minutes <number>",
    "how long the steady load of soak goes on; default 2, none with --quick",
    toMinutes,
  )
  .parse();
process.exitCode = await run(program.opts<Options>());
