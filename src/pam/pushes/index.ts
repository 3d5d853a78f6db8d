/**
 * What the assistant tells users who have not asked: a timer that ran out, an alert. It reaches every socket of the
 * user, on this instance, on the others, and on the legacy as long as that holds any. Nothing is kept for a user who
 * is away, as on the legacy.
 */
export { createRedisPushBus } from "./push-bus.ts";
export { type Push, pushSchema } from "./push.ts";
export { createPushes, type Pushes, type PushLeg, type PushReceiver } from "./pushes.ts";
export { createSocketFigures, type SocketFigures } from "./socket-figures.ts";
