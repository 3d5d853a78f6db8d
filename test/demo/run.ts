import { stdout } from "node:process";
import { setTimeout as delay } from "node:timers/promises";

import { Command } from "commander";

import { ADMIN_TOKEN } from "./stage.ts";
import { playStory, type Story } from "./story.ts";

/** How long each act stands, for whoever looks at the dashboard. */
const LOOK_MS = 8_000;

const startedAtMs = performance.now();
const tell = (line: string): void => {
  const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(0).padStart(4);
  stdout.write(`${seconds} s  ${line}\n`);
};

function toProof({ load, fault }: Story): string {
  const { sent, answered, lost, errors, native } = load;
  const rows: readonly (readonly [string, number])[] = [
    ["requests sent", sent],
    ["answered", answered],
    ["lost", lost],
    ["errors that legacy would not have given", errors],
    ["chats answered natively", native],
    ["of them slow, because of the fault, before the guard tripped", fault.untilTrip],
    ["native after the trip, before its reset", fault.afterTrip],
  ];
  return rows.map(([name, value]) => `  ${String(value).padStart(6)}  ${name}`).join("\n");
}

async function run({ fast }: { fast: boolean }): Promise<number> {
  const ending = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => ending.abort());
  const { signal } = ending;
  const pause = async (): Promise<void> => {
    if (!fast) await delay(LOOK_MS, undefined, { signal });
  };
  if (!fast) {
    tell(`Each act stands for ${LOOK_MS / 1_000} s. Token for the dashboard: ${ADMIN_TOKEN}`);
  }
  const story = await playStory({ tell, pause, signal }).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    throw error;
  });
  if (story === undefined) {
    tell("Ended by hand.");
    return 0;
  }
  stdout.write(`\n${toProof(story)}\n`);
  return story.load.lost + story.load.errors + story.fault.afterTrip === 0 ? 0 : 1;
}

const program = new Command("demo")
  .description("play a rollout of chat with a fault on its way, under load, and tell what happens")
  .option("--fast", "without the pauses for whoever watches", false)
  .parse();
process.exitCode = await run(program.opts<{ fast: boolean }>());
