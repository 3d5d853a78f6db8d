export { createFlags, type FlagsDependencies } from "#platform/flags/create-flags.ts";
export type { FlagsDocument } from "#platform/flags/flags-document.ts";
export {
  readFlagsFile,
  setFlag,
  writeFlagsFile,
  type FlagSetting,
} from "#platform/flags/flags-file.ts";
export type { FlagSourceOptions } from "#platform/flags/open-source.ts";
export { parseFlagsDocument } from "#platform/flags/parse-flags.ts";
export type {
  FlagFreshness,
  Flags,
  FlagSubject,
  FlagSummary,
  FlagValue,
} from "#platform/flags/flags.ts";
