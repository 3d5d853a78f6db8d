import { shuffled, type Measure } from "./measure.ts";

const DIRECT = "direct";
/** The first streams of a process are compiled as they go. */
const WARM_UP = 3;

/** First byte and delay of events, and the same without any proxy. */
export const events: Measure = async (
  { client, variants, upstreamPort, isQuick, say, random },
  readings,
) => {
  const rounds = isQuick ? 1 : 5;
  const all = [
    { name: DIRECT, port: upstreamPort },
    ...[...variants.values()].map(({ name, port }) => ({ name, port })),
  ];
  for (const { port } of all) {
    // oxlint-disable-next-line no-await-in-loop -- one load at a time
    await client.events(port, WARM_UP);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, port } of shuffled(all, random)) {
      // oxlint-disable-next-line no-await-in-loop -- one load at a time
      const result = await client.events(port, 2);
      readings.add("events.firstByteMs", name, result.firstByteP50Ms);
      readings.add("events.delayP50Ms", name, result.delayP50Ms);
      readings.add("events.delayP99Ms", name, result.delayP99Ms);
    }
    say(`events: round ${round + 1} of ${rounds}`);
  }
};
