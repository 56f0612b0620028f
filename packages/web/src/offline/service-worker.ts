import type { OfflineManifest, SiteFile } from './manifest.js';

declare const OFFLINE_MANIFEST: OfflineManifest;

/** The parts of a service worker's scope that are used here; its types and those of pages exclude each other. */
interface Scope {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  addEventListener(type: 'install' | 'activate', listener: (event: { waitUntil(work: Promise<unknown>): void }) => void): void;
  addEventListener(
    type: 'fetch',
    listener: (event: { readonly request: Request; respondWith(response: Promise<Response>): void }) => void,
  ): void;
}

const scope = globalThis as unknown as Scope;
const { version, now, later } = OFFLINE_MANIFEST;
const prefix = `advect ${scope.registration.scope} `;
const name = prefix + version;
const addressOf = (path: string): string => new URL(path, scope.registration.scope).href;
const files = new Map([...now, ...later].map((file) => [addressOf(file.path), file]));

/** A file from the network. Anything but the very bytes of this version is an error, so that nothing else is ever kept. */
async function fetchExactly({ path, integrity }: SiteFile): Promise<Response> {
  const response = await fetch(addressOf(path), { integrity, cache: 'no-cache' });
  if (response.status !== 200) throw new TypeError(`${path}: the server answers ${response.status}`);
  return response;
}

scope.addEventListener('install', (event) =>
  event.waitUntil(
    caches.open(name).then((cache) => Promise.all(now.map(async (file) => cache.put(addressOf(file.path), await fetchExactly(file))))),
  ),
);

scope.addEventListener('activate', (event) =>
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((other) => other.startsWith(prefix) && other !== name).map((old) => caches.delete(old))))
      .then(() => scope.clients.claim()),
  ),
);

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const address = url.origin + (url.pathname.endsWith('/') ? `${url.pathname}index.html` : url.pathname);
  const file = files.get(address);
  if (request.method === 'GET' && file) event.respondWith(answer(request, address, file));
});

async function answer(request: Request, address: string, file: SiteFile): Promise<Response> {
  const cache = await caches.open(name);
  const kept = await cache.match(address);
  if (kept) return kept;
  try {
    const response = await fetchExactly(file);
    await cache.put(address, response.clone());
    return response;
  } catch {
    // Another version lies on the server, or none can be reached: what it says is for the page to judge, and is not kept.
    return fetch(request);
  }
}
