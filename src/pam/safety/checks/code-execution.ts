import { wholeWord } from "../python-text.ts";
import { defineInjectionCheck } from "./check.ts";

const COMMAND = wholeWord("execute|eval|run|import|subprocess|exec");

/** Of a traveller's everyday: with one of these, "run" and "import" are no commands. */
const TRAVEL = wholeWord(
  [
    "trek|travel|drive|route|itinerary|stops?|waypoints?",
    "outback|ranges|gorge|creek|bore|tracks?|trail|off-road",
    "camping|camps?|rv parks?|caravan|free camps?",
    "cunnamulla|thargomindah|innamincka|broken hill|menindee",
    "sightseeing|exploring|swimming|vehicle checks?|rough|vehicle",
  ].join("|"),
);

function hasTwoDoubleUnderscores(line: string): boolean {
  const first = line.indexOf("__");
  return first !== -1 && line.includes("__", first + 2);
}

/** Asks for code to be run. Whole words in every profile. */
export const codeExecution = defineInjectionCheck(
  "code-execution",
  (line) =>
    (COMMAND.test(line) || hasTwoDoubleUnderscores(line) || line.includes("os.system")) &&
    !TRAVEL.test(line),
);
