import { writeFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/*
 * Loaded in front of what is measured: at SIGUSR2 V8 collects everything, and what is held then is written to HELD_FILE,
 * in bytes. Left to itself V8 does so every few minutes, and what is read in between says when that was.
 */
const { HELD_FILE } = process.env;
setFlagsFromString("--expose-gc");
const collect: unknown = runInNewContext("gc");
process.on("SIGUSR2", () => {
  if (typeof collect !== "function" || HELD_FILE === undefined) return;
  Reflect.apply(collect, undefined, []);
  const { heapUsed, external } = process.memoryUsage();
  writeFileSync(HELD_FILE, String(heapUsed + external));
});
