/** Where the backend is, without a slash at its end. Throws a `TypeError` for what is no `http` or `https` URL. */
export function toBaseUrl(baseUrl: string | URL): string {
  const url = URL.canParse(String(baseUrl)) ? new URL(baseUrl) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw new TypeError("Cannot create a PAM client: baseUrl must be an http or https URL");
  }
  return `${url.origin}${url.pathname.replace(/\/+$/u, "")}`;
}
