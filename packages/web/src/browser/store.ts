import { AdvectError } from '@advect/base/errors';

/** Values kept in this browser, by their keys. */
export interface Store<T> {
  /** All values, in the order of their keys. */
  all(): Promise<T[]>;
  put(key: string, value: T): Promise<void>;
  remove(key: string): Promise<void>;
}

const table = 'values';

/** A store of this page's origin (IndexedDB). Rejects with `unsupported` where the browser keeps nothing, as in some private windows. */
export async function openStore<T>(name: string, factory: IDBFactory = indexedDB): Promise<Store<T>> {
  const database = await settled(opening(factory, name));
  const within = <R>(mode: IDBTransactionMode, work: (values: IDBObjectStore) => IDBRequest<R>): Promise<R> =>
    settled(work(database.transaction(table, mode).objectStore(table)));
  return {
    all: () => within('readonly', (values) => values.getAll() as IDBRequest<T[]>),
    put: async (key, value) => void (await within('readwrite', (values) => values.put(value, key))),
    remove: (key) => within('readwrite', (values) => values.delete(key)),
  };
}

function opening(factory: IDBFactory, name: string): IDBOpenDBRequest {
  const request = factory.open(name, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(table);
  return request;
}

const settled = <R>(request: IDBRequest<R>): Promise<R> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => {
      const why = request.error?.message ?? 'it gives no reason';
      reject(
        new AdvectError('unsupported', `this browser keeps nothing for the page: ${why}`, 'Allow the page to store data.', request.error),
      );
    };
  });
