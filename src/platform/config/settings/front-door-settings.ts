import { documentation } from "#platform/config/setting-documentation.ts";
import {
  bytes,
  flag,
  host,
  hostAndPort,
  milliseconds,
  oneOf,
  origin,
  origins,
  port,
  secretOf,
  trust,
  within,
} from "#platform/config/setting-values.ts";

/** Where Banyan listens, what it lets in, and the legacy behind it. */
export const frontDoorSettings = {
  HOST: host.default("127.0.0.1").register(documentation, {
    meaning: "Address of the public listener",
  }),
  PORT: port.default(8_080).register(documentation, {
    meaning: "Port of the public listener; 0 takes a free one",
  }),
  ADMIN_HOST: host.default("127.0.0.1").register(documentation, {
    meaning: "Address of the admin listener",
  }),
  ADMIN_PORT: port.default(9_090).register(documentation, {
    meaning: "Port of the admin listener; 0 takes a free one",
  }),
  ADMIN_TOKEN: secretOf(16).optional().register(documentation, {
    meaning:
      "Lets its bearer override a request's side, and steer from the admin listener; without it nobody can",
  }),
  LEGACY_URL: origin.optional().register(documentation, {
    meaning: "The legacy backend, scheme, host and port only",
    fallback: "the embedded stand-in",
  }),
  LEGACY_HOST_HEADER: hostAndPort.optional().register(documentation, {
    meaning: "Host header sent to the legacy instead of the client's",
    fallback: "the client's",
  }),
  LEGACY_CONNECT_TIMEOUT_MS: milliseconds.default(5_000).register(documentation, {
    meaning: "How long the legacy may take to accept a connection",
  }),
  LEGACY_FIRST_BYTE_TIMEOUT_MS: milliseconds.default(60_000).register(documentation, {
    meaning:
      "How long the legacy may take to begin its answer, on routes without a time of their own",
  }),
  LEGACY_ENGINE: oneOf(["direct", "http-proxy-middleware"])
    .default("direct")
    .register(documentation, {
      meaning:
        "What carries ordinary requests to the legacy; http-proxy-middleware carries all others",
    }),
  TRUST_PROXY: trust.prefault("off").register(documentation, {
    meaning:
      "Whose X-Forwarded-For is believed: off, on (whoever connects, all of it), a number of hops, or addresses",
  }),
  CORS_ALLOWED_ORIGINS: origins.optional().register(documentation, {
    meaning: "Origins allowed on Banyan's own answers, besides those of the legacy's environments",
  }),
  EXPOSE_SIDE: flag.default(true).register(documentation, {
    meaning: "Whether answers carry x-banyan-side",
  }),
  MAX_BODY_BYTES: bytes.optional().register(documentation, {
    meaning: "Largest request body passed to the legacy",
    fallback: "no limit of Banyan's own",
  }),
  MAX_HEADER_BYTES: within(1_024, 16_777_216, " of bytes")
    .default(131_072)
    .register(documentation, {
      meaning: "Largest request head, target included; the legacy takes 70 KB",
    }),
  MAX_URL_BYTES: bytes.default(65_536).register(documentation, {
    meaning: "Longest request target",
  }),
} as const;
