/** How far a page is from working without a network. */
export type OfflineState = 'unsupported' | 'loading' | 'ready' | 'failed';

/**
 * Starts a site's service worker and tells when the page works without a network. Pages that come neither from this machine nor
 * by https have none.
 */
export async function workOffline(script: URL, tell: (state: OfflineState) => void): Promise<void> {
  const container = globalThis.navigator?.serviceWorker as ServiceWorkerContainer | undefined;
  if (!container || !globalThis.isSecureContext) {
    tell('unsupported');
    return;
  }
  tell('loading');
  try {
    const registration = await container.register(script, { updateViaCache: 'none' });
    registration.installing?.addEventListener('statechange', (event) => {
      if ((event.target as ServiceWorker).state === 'redundant' && !registration.active) tell('failed');
    });
    await container.ready;
    tell('ready');
  } catch {
    tell('failed');
  }
}
