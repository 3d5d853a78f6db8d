import { AppError, toMessage, toNodeCode } from "#platform/errors.ts";

const REASONS: Readonly<Record<string, string>> = {
  EISDIR: "it is a folder",
  ENOENT: "there is no such folder",
  ENOTDIR: "a file stands where a folder must be",
  EEXIST: "a file stands where a folder must be",
  EACCES: "permission denied",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
};

/** What a person reads where a file or folder of theirs could not be written. */
export const toWriteError = (path: string, cause: unknown): AppError =>
  new AppError(
    "CONFIGURATION_INVALID",
    `Cannot write ${path}: ${REASONS[toNodeCode(cause)] ?? toMessage(cause)}`,
    { cause },
  );
