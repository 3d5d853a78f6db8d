import { AppError, toMessage, toNodeCode } from "#platform/errors.ts";
import type { FlagChange, FlagEditor } from "#platform/flags/editor/flag-editor.ts";
import { toRule } from "#platform/flags/flag-rule.ts";
import { EMPTY_DOCUMENT, type FlagsDocument } from "#platform/flags/flags-document.ts";
import {
  type FlagSetting,
  readFlagsFile,
  setFlag,
  writeFlagsFile,
} from "#platform/flags/flags-file.ts";

/** A file that does not exist yet is one without flags. */
async function readOrBegin(path: string): Promise<FlagsDocument> {
  try {
    return await readFlagsFile(path);
  } catch (error) {
    if (toNodeCode(error) === "ENOENT") return EMPTY_DOCUMENT;
    throw error;
  }
}

function ruleOf({ features }: FlagsDocument, name: string): string {
  const flag = features.find((each) => each.name === name);
  return flag === undefined ? "not set" : toRule(flag);
}

async function change(path: string, flag: string, setting: FlagSetting): Promise<FlagChange> {
  try {
    const before = await readOrBegin(path);
    const after = setFlag(before, flag, setting);
    await writeFlagsFile(path, after);
    return { flag, from: ruleOf(before, flag), to: ruleOf(after, flag) };
  } catch (error) {
    const detail = `The flags file was not changed: ${toMessage(error)}`;
    throw new AppError("FLAG_NOT_CHANGED", detail, { detail, cause: error });
  }
}

/** Changes the file that the flags are read from, one change after the other. A file has no place for who did it. */
export function createFileFlagEditor(path: string): FlagEditor {
  let last: Promise<unknown> = Promise.resolve();
  return {
    async set(flag, setting) {
      const turn = last.then(async () => change(path, flag, setting));
      last = turn.catch(() => {});
      return turn;
    },
  };
}
