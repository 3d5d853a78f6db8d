import { InvalidArgumentError } from "commander";

function parseUrl(text: string, protocols: readonly string[]): URL {
  const url = URL.parse(text);
  if (url === null || !protocols.includes(url.protocol)) {
    const forms = protocols.map((protocol) => `${protocol}//host:port`);
    throw new InvalidArgumentError(`Expected ${forms.join(" or ")}.`);
  }
  if (url.username !== "" || url.password !== "")
    throw new InvalidArgumentError("A URL here holds no user name and no password.");
  if (url.search !== "" || url.hash !== "")
    throw new InvalidArgumentError("A URL here holds no query and no fragment.");
  return url;
}

/** What the paths of requests are put behind; a path of its own goes before them. */
export const parseBaseUrl = (text: string): URL => parseUrl(text, ["http:", "https:"]);

/** The same of sockets. */
export const parseSocketBaseUrl = (text: string): URL => parseUrl(text, ["ws:", "wss:"]);

/** Where an admin listener is, which has its paths at the root. */
export function parseAdminUrl(text: string): URL {
  const url = parseBaseUrl(text);
  if (url.pathname === "/") return url;
  throw new InvalidArgumentError("An admin listener has no path: expected http://host:port.");
}
