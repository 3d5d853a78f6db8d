import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

interface InstrumentOptions<L extends string> {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly L[];
}

/** A label may be left out; its values must come from a closed list, or the registry grows without bound. */
type Labels<L extends string> = Readonly<Partial<Record<L, string>>>;

/** Gives the one series of these labels, made when first asked for. Keep it: asking costs, using it does not. */
type SeriesOf<L extends string, T> = (labels: Labels<L>) => T;

export interface Tally {
  /** Default 1; below 0 only where the instrument is a level. */
  add(amount?: number): void;
}

export interface Durations {
  observe(seconds: number): void;
}

/** How one value is made of those of several processes. */
export type Merge = "sum" | "max" | "min" | "first";

interface ReadingOptions<L extends string> extends InstrumentOptions<L> {
  /** Default: the sum. */
  readonly merge?: Merge;
}

/** What one process has counted, for another to add up; as `metrics-sum.ts` does. */
export type MetricsSnapshot = readonly object[];

interface Reading<L extends string> {
  readonly labels: Labels<L>;
  readonly value: number;
}

export interface Metrics {
  readonly contentType: string;
  /** Everything in Prometheus' text format. */
  render(): Promise<string>;
  snapshot(): Promise<MetricsSnapshot>;
  counter<L extends string>(options: InstrumentOptions<L>): SeriesOf<L, Tally>;
  /** A gauge that goes up and down with what is open or under way. */
  level<L extends string>(options: InstrumentOptions<L>): SeriesOf<L, Tally>;
  durations<L extends string>(options: InstrumentOptions<L>): SeriesOf<L, Durations>;
  /** A gauge that is read when somebody looks. */
  reading<L extends string>(options: ReadingOptions<L>, read: () => readonly Reading<L>[]): void;
}

interface DurationSeries {
  readonly labels: Labels<string>;
  /** One more than there are bounds: what lies above them all. */
  readonly counts: Uint32Array;
  sum: number;
}

/** The buckets that OpenTelemetry asks of `http.server.request.duration`, in seconds. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const;

/** What prom-client adds to a sample's labels when it makes JSON of it. */
const NO_LABELS = {} as const;

/**
 * prom-client hashes the labels of every observation, even of a child's; at two histograms a request
 * that is more than routing costs. Here a series owns its buckets, and prom-client only prints them.
 */
class SeriesHistogram extends Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #series: DurationSeries[] = [];

  constructor(options: { name: string; help: string; registers: Registry[] }) {
    super(options);
    this.#name = options.name;
    this.#help = options.help;
  }

  addSeries(labels: Labels<string>): Durations {
    const series = { labels, counts: new Uint32Array(BOUNDS.length + 1), sum: 0 };
    this.#series.push(series);
    return {
      observe(seconds) {
        let bucket = 0;
        while (seconds > (BOUNDS[bucket] ?? Infinity)) bucket += 1;
        series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
        series.sum += seconds;
      },
    };
  }

  /** What prom-client's registry asks a histogram for; its declarations do not show it. */
  getForPromString(): object {
    const values = this.#series.flatMap((series) => this.#samplesOf(series));
    const [name, help] = [this.#name, this.#help];
    return { name, help, type: "histogram", values, aggregator: "sum" };
  }

  #samplesOf({ labels, counts, sum }: DurationSeries): object[] {
    let total = 0;
    const buckets = [...counts].map((count, bucket) => ({
      metricName: `${this.#name}_bucket`,
      labels: { ...labels, le: String(BOUNDS[bucket] ?? "+Inf") },
      sharedLabels: NO_LABELS,
      value: (total += count),
    }));
    return [
      ...buckets,
      { metricName: `${this.#name}_sum`, labels, sharedLabels: NO_LABELS, value: sum },
      { metricName: `${this.#name}_count`, labels, sharedLabels: NO_LABELS, value: total },
    ];
  }
}

/** Two series of the same labels would be two lines that contradict each other. */
function once<L extends string, T>(names: readonly L[], create: SeriesOf<L, T>): SeriesOf<L, T> {
  const known = new Map<string, T>();
  return (labels) => {
    const key = JSON.stringify(names.map((name) => labels[name]));
    const series = known.get(key) ?? create(labels);
    known.set(key, series);
    return series;
  };
}

interface Cells<L extends string> {
  readonly readings: readonly Reading<L>[];
  readonly seriesOf: SeriesOf<L, Tally>;
}

function createCells<L extends string>(names: readonly L[]): Cells<L> {
  const readings: { labels: Labels<L>; value: number }[] = [];
  const seriesOf = once(names, (labels): Tally => {
    const cell = { labels, value: 0 };
    readings.push(cell);
    return {
      add(amount = 1) {
        cell.value += amount;
      },
    };
  });
  return { readings, seriesOf };
}

/**
 * The only home of prom-client: a registry of its own with the process's metrics in it. Series are
 * plain cells that reach prom-client when somebody scrapes, so that a request pays for additions only.
 */
export function createMetrics({ version }: { readonly version: string }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const metrics: Metrics = {
    contentType: registry.contentType,
    render: async () => registry.metrics(),
    snapshot: async () => registry.getMetricsAsJSON(),

    counter<L extends string>({ name, help, labels: labelNames }: InstrumentOptions<L>) {
      const { readings, seriesOf } = createCells(labelNames);
      const counter = new Counter({ name, help, labelNames, registers, collect });
      function collect(): void {
        counter.reset();
        for (const { labels, value } of readings) counter.inc(labels, value);
      }
      return seriesOf;
    },

    level<L extends string>(options: InstrumentOptions<L>) {
      const { readings, seriesOf } = createCells(options.labels);
      metrics.reading(options, () => readings);
      return seriesOf;
    },

    durations({ name, help, labels: labelNames }) {
      const histogram = new SeriesHistogram({ name, help, registers });
      return once(labelNames, (labels) => histogram.addSeries(labels));
    },

    reading({ name, help, labels: labelNames, merge = "sum" }, read) {
      const gauge = new Gauge({ name, help, labelNames, registers, collect, aggregator: merge });
      function collect(): void {
        gauge.reset();
        // A gauge without labels stands at 0 after a reset, and 0 is a value.
        if (labelNames.length === 0) gauge.remove();
        for (const { labels, value } of read()) gauge.set(labels, value);
      }
    },
  };

  metrics.reading(
    {
      name: "banyan_build_info",
      help: "Always 1; its labels say what runs",
      labels: ["version", "node"],
      merge: "first",
    },
    () => [{ labels: { version, node: process.version }, value: 1 }],
  );
  return metrics;
}
