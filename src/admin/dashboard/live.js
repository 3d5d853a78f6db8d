/* oxlint-disable typescript/no-unsafe-argument -- what the API of the same build sends is declared and not checked again */

/** @import { Snapshot } from "../live-state.ts" */
/** @import { RouteRow } from "../route-row.ts" */
import { loadSnapshot } from "./api.js";

const POLL_MS = 1_000;
/** How long a broken stream is left alone while polls do its work. */
const STREAM_AGAIN_MS = 5_000;

/** @typedef {"connecting" | "live" | "polling" | "paused" | "unreachable"} Connection */

/**
 * @typedef {object} LiveView
 * @property {Snapshot | undefined} snapshot
 * @property {Connection} connection
 * @property {number} shownAtMs when the snapshot was last known to be true, on the page's own clock
 */

/**
 * Keeps a snapshot true: by a stream of changes, by polls where the stream breaks, and not at all while nobody can see
 * the page.
 * @param {(view: LiveView) => void} onChange
 */
export function startLive(onChange) {
  /** @type {LiveView} */
  let view = { snapshot: undefined, connection: "connecting", shownAtMs: performance.now() };
  /** @type {EventSource | undefined} */
  let stream;
  let streamFailedAtMs = -Infinity;
  /** Outdates answers and timers of a connection that was given up. */
  let turn = 0;

  /** @param {Partial<LiveView>} next */
  function show(next) {
    view = { ...view, ...next };
    onChange(view);
  }

  /**
   * @param {Snapshot} snapshot
   * @param {Connection} connection
   */
  const take = (snapshot, connection) =>
    show({ snapshot, connection, shownAtMs: performance.now() });

  /** @param {Omit<Snapshot, "routes"> & { readonly routes: readonly RouteRow[] }} change */
  function merge(change) {
    const changed = new Map(change.routes.map((route) => [route.id, route]));
    const routes = (view.snapshot?.routes ?? []).map((route) => changed.get(route.id) ?? route);
    take({ ...change, routes }, "live");
  }

  function stop() {
    turn += 1;
    stream?.close();
    stream = undefined;
  }

  function startPolls() {
    stop();
    const own = turn;
    async function poll() {
      try {
        const snapshot = await loadSnapshot();
        if (own !== turn) return;
        take(snapshot, "polling");
        if (performance.now() - streamFailedAtMs > STREAM_AGAIN_MS) {
          startStream();
          return;
        }
      } catch {
        if (own !== turn) return;
        show({ connection: "unreachable" });
      }
      setTimeout(() => {
        if (own === turn) void poll();
      }, POLL_MS);
    }
    void poll();
  }

  function startStream() {
    stop();
    const opened = new EventSource("/api/events");
    stream = opened;
    const fail = () => {
      if (stream !== opened) return;
      streamFailedAtMs = performance.now();
      startPolls();
    };
    opened.addEventListener("snapshot", ({ data }) => take(JSON.parse(data), "live"));
    opened.addEventListener("change", ({ data }) => merge(JSON.parse(data)));
    opened.addEventListener("end", fail);
    opened.addEventListener("error", fail);
  }

  function followVisibility() {
    if (document.visibilityState === "visible") startStream();
    else {
      stop();
      show({ connection: "paused" });
    }
  }
  document.addEventListener("visibilitychange", followVisibility);
  followVisibility();
}
