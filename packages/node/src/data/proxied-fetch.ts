/**
 * A `fetch` that goes through the proxies that the environment names, in the usual way: HTTPS_PROXY and HTTP_PROXY for
 * addresses of either kind, NO_PROXY for hosts that are reached directly; names in small letters come first.
 */
export function proxiedFetch(env: Readonly<Record<string, string | undefined>>): typeof fetch {
  const of = (name: string): string => env[name.toLowerCase()] ?? env[name] ?? '';
  const proxies = { httpProxy: of('HTTP_PROXY'), httpsProxy: of('HTTPS_PROXY'), noProxy: of('NO_PROXY') };
  // Loaded when something is fetched, so that help and errors appear at once.
  const loading = import('undici').then((undici) => ({ ...undici, dispatcher: new undici.EnvHttpProxyAgent(proxies) }));
  return (async (url: string, init: object) => {
    const { fetch: get, dispatcher } = await loading;
    return get(url, { ...init, dispatcher });
  }) as unknown as typeof fetch;
}
