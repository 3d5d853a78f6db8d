import { describe } from "vitest";

import { describeAnswerBytes } from "./suite/answer-bytes.ts";
import { describeConnections } from "./suite/connections.ts";
import { describeCrossWiring } from "./suite/cross-wiring.ts";
import { describeExpectation } from "./suite/expectation.ts";
import { describeFailures } from "./suite/failures.ts";
import { describeInterruptions } from "./suite/interruptions.ts";
import { describeLargeBodies } from "./suite/large-bodies.ts";
import type { CreateUpstream } from "./suite/leg.ts";
import { describeOnlookers } from "./suite/onlookers.ts";
import { describeRequestBytes } from "./suite/request-bytes.ts";
import { describeTls } from "./suite/tls.ts";

/** What every engine of the legacy leg must keep, whatever it is built on. */
export function describeUpstream(name: string, create: CreateUpstream): void {
  describe(`the legacy leg on ${name}`, () => {
    describeRequestBytes(create);
    describeAnswerBytes(create);
    describeExpectation(create);
    describeConnections(create);
    describeFailures(create);
    describeInterruptions(create);
    describeLargeBodies(create);
    describeTls(create);
    describeCrossWiring(create);
    describeOnlookers(create);
  });
}
