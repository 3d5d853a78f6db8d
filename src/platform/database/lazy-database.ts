import type { Database, OpenDatabase } from "#platform/database/database.ts";
import { type DatabaseOptions, openDatabase } from "#platform/database/open-database.ts";
import type { Closeable } from "#platform/lifecycle.ts";

export interface LazyDatabase extends Closeable {
  /** The one database, opened by whoever asks first; a failed opening is tried again by the next. */
  readonly get: () => Promise<Database>;
}

/** A database that costs nothing until a native route needs it. */
export function createLazyDatabase(options: DatabaseOptions): LazyDatabase {
  let opening: Promise<OpenDatabase> | undefined;
  return {
    async get() {
      opening ??= openDatabase(options);
      try {
        return (await opening).database;
      } catch (error) {
        opening = undefined;
        throw error;
      }
    },
    async close() {
      const opened = await opening?.catch(() => undefined);
      await opened?.close();
    },
  };
}
