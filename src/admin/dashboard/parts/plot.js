/** @import { Series } from "../history.js" */
import { useEffect, useRef } from "preact/hooks";
import UPlot from "uplot";

import { toDuration, toTime } from "../format.js";
import { html } from "../html.js";

const SCHEME = matchMedia("(prefers-color-scheme: dark)");

/** @param {string} name */
const colourOf = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();

/**
 * p50 is the finer line, p95 the stronger one.
 * @param {string} name
 * @param {string} stroke
 * @param {boolean} isStrong
 */
const toLine = (name, stroke, isStrong) => ({
  label: name,
  stroke,
  width: isStrong ? 1.75 : 1,
  ...(!isStrong && { dash: [2, 2] }),
  points: { show: false },
  spanGaps: true,
});

/**
 * @param {{ width: number, height: number, hasAxes: boolean }} size
 * @returns {UPlot.Options}
 */
function toOptions({ width, height, hasAxes }) {
  const legacy = colourOf("--plot-legacy");
  const native = colourOf("--plot-native");
  const axis = {
    stroke: colourOf("--plot-text"),
    grid: { stroke: colourOf("--plot-line"), width: 1 },
    ticks: { show: false },
    font: "12px system-ui, sans-serif",
  };
  return {
    width,
    height,
    padding: hasAxes ? [8, 8, 0, 0] : [3, 2, 3, 2],
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_plot, _min, max) => [0, Math.max(max || 1, 1) * 1.05] } },
    axes: hasAxes
      ? [
          {
            ...axis,
            space: 80,
            values: (_plot, values) => values.map((seconds) => toTime(seconds * 1000)),
          },
          { ...axis, size: 64, values: (_plot, values) => values.map((ms) => toDuration(ms)) },
        ]
      : [{ show: false }, { show: false }],
    series: [
      {},
      toLine("legacy p50", legacy, false),
      toLine("legacy p95", legacy, true),
      toLine("native p50", native, false),
      toLine("native p95", native, true),
    ],
  };
}

/** @param {(number | null)[] | undefined} line */
const toLast = (line) => toDuration(line?.at(-1) ?? null);

/** @param {Series} series */
const toLabel = ([, , legacy, , native]) =>
  `Latency over time. p95 now: legacy ${toLast(legacy)}, native ${toLast(native)}`;

/**
 * p50 and p95 of both sides over time.
 * @param {{ series: Series, width?: number | undefined, height: number, hasAxes?: boolean }} props
 */
export function Plot({ series, width, height, hasAxes = false }) {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const plot = useRef(/** @type {UPlot | null} */ (null));
  useEffect(() => {
    const draw = () => {
      plot.current?.destroy();
      if (place.current === null) return;
      plot.current = new UPlot(
        toOptions({ width: width ?? place.current.clientWidth, height, hasAxes }),
        series,
        place.current,
      );
    };
    draw();
    SCHEME.addEventListener("change", draw);
    return () => {
      SCHEME.removeEventListener("change", draw);
      plot.current?.destroy();
      plot.current = null;
    };
  }, [series, width, height, hasAxes]);
  const points = series[0].length;
  const lastAt = series[0].at(-1);
  useEffect(() => plot.current?.setData(series), [series, points, lastAt]);
  return html`<div class="plot" role="img" aria-label=${toLabel(series)} ref=${place}></div>`;
}
