import type { IncomingHttpHeaders } from "node:http";

/** What onlookers may ask about whoever sent a request. Worked out when asked; names and numbers, never values. */
export interface Caller {
  /** Nobody asked while the request was here, and there is nothing to ask any more. */
  readonly isUnknown?: boolean;
  /** A short label of the software, such as `curl` or `chrome from app.example`. */
  clientLabel(): string;
  /** The names in the query, each once, at most sixteen. */
  parameterNames(): readonly string[];
  /** Where the cohort stands in the flag's draw, from 1 to 100. */
  positionOf(flag: string): number;
}

const MOST_NAMES = 16;
/** Pairs that are looked at. */
const MOST_PAIRS = 64;
/** What a name is made of that an API gave; anything else is some client's accident, or an attack. */
const NAME = /^[\w.[\]-]{1,40}$/u;
/** The first product of RFC 9110 §10.1.5, without its version. */
const PRODUCT = /^([A-Za-z][\w.-]{0,31})(?:[/\s]|$)/u;
/** What a browser sends as `Origin` (RFC 6454 §6.2): scheme and host in lower case, a port where it is not the usual. */
const PAGE = /^https?:\/\/([a-z0-9.-]{1,60})(?::\d{1,5})?$/u;

/** Browsers all claim to be Mozilla; each names itself after those that it is compatible with. */
const BROWSERS = [
  ["Edg/", "edge"],
  ["OPR/", "opera"],
  ["Firefox/", "firefox"],
  ["Chrome/", "chrome"],
  ["Safari/", "safari"],
] as const;

function toProduct(text: string | undefined): string | undefined {
  const product = PRODUCT.exec(text ?? "")?.[1]?.toLowerCase();
  if (product !== "mozilla") return product;
  return BROWSERS.find(([mark]) => text?.includes(mark) === true)?.[1] ?? "browser";
}

const firstOf = (value: string | string[] | undefined): string | undefined =>
  typeof value === "string" ? value : value?.[0];

/**
 * Who a request says it comes from: by what its library calls itself (`x-client-info`, as Supabase's clients send it),
 * else by the product in its user agent, with the page it was sent from. Pure.
 */
export function toClientLabel(headers: IncomingHttpHeaders): string {
  const library = toProduct(firstOf(headers["x-client-info"]));
  const product = library ?? toProduct(headers["user-agent"]) ?? "unknown";
  const page = headers.origin === undefined ? undefined : PAGE.exec(headers.origin)?.[1];
  return page === undefined ? product : `${product} from ${page}`;
}

/** The names in a target's query; what is no name is told as one, `(odd)`. Escapes are none in a name. Pure. */
export function toParameterNames(target: string): readonly string[] {
  const query = target.indexOf("?");
  if (query === -1) return [];
  const names: string[] = [];
  for (const pair of target.slice(query + 1).split("&", MOST_PAIRS)) {
    if (pair === "") continue;
    const end = pair.indexOf("=");
    const text = end === -1 ? pair : pair.slice(0, end);
    const name = NAME.test(text) ? text : "(odd)";
    if (!names.includes(name)) names.push(name);
    if (names.length === MOST_NAMES) break;
  }
  return names;
}

/** A class, so that a request which nobody asks about costs one small object. */
export class RequestCaller implements Caller {
  readonly #headers: IncomingHttpHeaders;
  readonly #target: string;
  readonly #positionOf: (flag: string) => number;

  constructor(request: {
    readonly headers: IncomingHttpHeaders;
    readonly target: string;
    readonly positionOf: (flag: string) => number;
  }) {
    this.#headers = request.headers;
    this.#target = request.target;
    this.#positionOf = request.positionOf;
  }

  clientLabel(): string {
    return toClientLabel(this.#headers);
  }

  parameterNames(): readonly string[] {
    return toParameterNames(this.#target);
  }

  positionOf(flag: string): number {
    return this.#positionOf(flag);
  }
}
