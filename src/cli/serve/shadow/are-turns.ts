import { isDeepStrictEqual } from "node:util";

import type { Turn } from "#contract-suite/cases/case.ts";
import { compareJson } from "#contract-suite/compare/compare-json.ts";
import type { Expectation } from "#contract-suite/expectation/expectation.ts";
import {
  readFrameType,
  type Transcript,
  type TranscriptClose,
  type TranscriptFrame,
} from "#delivery/compare/index.ts";
import { readJson } from "#platform/comparison/index.ts";

/** What of a conversation has not been accounted for by a turn. */
interface Rest {
  readonly frames: TranscriptFrame[];
  readonly close: TranscriptClose | undefined;
  readonly pushes: ReadonlySet<string>;
}

function isSaid(data: string | Buffer, { from, data: said }: TranscriptFrame): boolean {
  if (from !== "client") return false;
  if (typeof data !== "string" || typeof said !== "string") return isDeepStrictEqual(data, said);
  if (data === said) return true;
  const [one, other] = [readJson(data), readJson(said)];
  return one !== undefined && isDeepStrictEqual(one, other);
}

function isHeard(expectation: Expectation, { from, data }: TranscriptFrame): boolean {
  if (from !== "server" || typeof data !== "string") return false;
  const read = readJson(data);
  return read !== undefined && compareJson(expectation, read.value).length === 0;
}

const isPush = ({ from, data }: TranscriptFrame, { pushes }: Rest): boolean =>
  from === "server" && pushes.has(readFrameType(data));

/** Takes the next frame where it is as it should be; what is pushed belongs to no turn, unless one is about it. */
function takeNext(rest: Rest, isRight: (frame: TranscriptFrame) => boolean): boolean {
  const at = rest.frames.findIndex((frame) => isRight(frame) || !isPush(frame, rest));
  const frame = rest.frames[at];
  if (frame === undefined || !isRight(frame)) return false;
  rest.frames.splice(0, at + 1);
  return true;
}

const isOver = (rest: Rest): boolean => rest.frames.every((frame) => isPush(frame, rest));

function takeExpected({ quantity, frame }: Extract<Turn, { kind: "expect" }>, rest: Rest): boolean {
  const takeOne = (): boolean => takeNext(rest, (next) => isHeard(frame.expectation, next));
  const hasFirst = takeOne();
  if (quantity === "many" && hasFirst) while (takeOne());
  return hasFirst || quantity === "optional";
}

function takeTurn(turn: Turn, rest: Rest): boolean {
  switch (turn.kind) {
    case "send":
      return takeNext(rest, (frame) => isSaid(turn.data, frame));
    case "expect":
      return takeExpected(turn, rest);
    case "end":
      return isOver(rest) && rest.close?.by === "server" && rest.close.code === turn.code;
    case "leave":
      return isOver(rest) && rest.close?.by !== "server";
    case "request":
      // What somebody else asks for meanwhile is in no transcript.
      return false;
    default:
      return turn satisfies never;
  }
}

/**
 * Whether a conversation went as a list of turns of the contract says, from its beginning to its end. Reasons of closes
 * are words, and left out of account. Pure.
 */
export function areTurns(
  turns: readonly Turn[],
  { frames, close }: Transcript,
  pushes: ReadonlySet<string> = new Set(),
): boolean {
  const rest: Rest = { frames: [...frames], close, pushes };
  return turns.every((turn) => takeTurn(turn, rest)) && isOver(rest);
}
