import { unwatchFile, watch, watchFile as pollFile, type FSWatcher } from "node:fs";
import { basename, dirname } from "node:path";

/** How often the file is looked at where its folder tells nothing. */
const POLL_MS = 250;

/**
 * Calls `onEvent` when the file at `path` may have changed: written in place, replaced by a rename, removed,
 * created. Its folder is watched, because editors replace files. That says nothing of links whose target
 * changes elsewhere (mounted configuration), of some network file systems, or of a folder that comes later; so
 * the file is also polled. Keeps no process alive. Gives the function that ends it.
 */
export function watchFile(path: string, onEvent: () => void): () => void {
  const name = basename(path);
  pollFile(path, { interval: POLL_MS, persistent: false }, onEvent);
  const folder = watchFolder(dirname(path), (changed) => {
    if (changed === null || changed === name) onEvent();
  });
  return () => {
    folder?.close();
    unwatchFile(path, onEvent);
  };
}

/** `undefined` where the folder cannot be watched: polling alone has to do. */
function watchFolder(
  folder: string,
  onEvent: (name: string | null) => void,
): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, (_kind, name) => onEvent(name));
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
