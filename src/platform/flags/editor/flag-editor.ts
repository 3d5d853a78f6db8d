import type { FlagSetting } from "#platform/flags/flags-file.ts";

/** What a flag was and is now, each as a line for a person, such as `30 % by userId`. */
export interface FlagChange {
  readonly flag: string;
  readonly from: string;
  readonly to: string;
}

/** Changes flags at their source, from where every instance learns of it. */
export interface FlagEditor {
  /**
   * Gives a flag to everybody, to nobody or to a share of the cohorts; one that does not exist is made. `by` is kept
   * where the source can keep it. Rejects with an `AppError` whose detail an operator may read.
   */
  set(flag: string, setting: FlagSetting, by: string): Promise<FlagChange>;
}
