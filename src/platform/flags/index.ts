export { createFlags } from "#platform/flags/create-flags.ts";
export { createFileFlagEditor } from "#platform/flags/editor/file-editor.ts";
export type { FlagEditor } from "#platform/flags/editor/flag-editor.ts";
export { createUnleashFlagEditor } from "#platform/flags/editor/unleash-editor.ts";
export {
  documentSchema,
  EMPTY_DOCUMENT,
  type FlagsDocument,
} from "#platform/flags/flags-document.ts";
export {
  readFlagsFile,
  setFlag,
  writeFlagsFile,
  type FlagSetting,
} from "#platform/flags/flags-file.ts";
export type {
  FlagFreshness,
  Flags,
  FlagUse,
  FlagValue,
  SharedFlags,
} from "#platform/flags/flags.ts";
export type { FlagFeed, HeldState } from "#platform/flags/mirror-source.ts";
export type { FlagLog, LoggedFlip } from "#platform/flags/log/flag-log.ts";
export { createUnleashLog } from "#platform/flags/log/unleash-log.ts";
export type { FlagSourceOptions } from "#platform/flags/open-source.ts";
