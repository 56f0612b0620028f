import { AdvectError } from '@advect/base/errors';

/** A page's state as short texts by name. */
export type TextState = { readonly [name: string]: string };

/** From this length on a hash is packed. */
const longest = 2000;
/** A packed hash may not unpack to more than this. */
const mostUnpacked = 1_000_000;
const packedName = 'z';

/** A state as what follows `#`: `m=digits&seed=42`, or, where that is longer than 2,000 characters, deflated in base64url as `z=…`. */
export async function writeHash(state: TextState): Promise<string> {
  const plain = new URLSearchParams(state).toString();
  if (plain.length <= longest) return plain;
  const stream = new Blob([plain]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return `${packedName}=${toBase64url(new Uint8Array(await new Response(stream).arrayBuffer()))}`;
}

/** The state that a hash holds, with or without its `#`. Throws `invalid-value` for a packed one that is broken. */
export async function readHash(hash: string): Promise<TextState> {
  const plain = new URLSearchParams(hash.replace(/^#/, ''));
  const packed = plain.get(packedName);
  return Object.fromEntries(packed === null ? plain : new URLSearchParams(await unpack(packed)));
}

async function unpack(text: string): Promise<string> {
  try {
    const stream = new Blob([fromBase64url(text)]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    const parts: Uint8Array[] = [];
    let size = 0;
    const reader = stream.getReader();
    for (let part = await reader.read(); part.value; part = await reader.read()) {
      size += part.value.length;
      if (size > mostUnpacked) throw new Error(`it holds more than ${mostUnpacked} bytes`);
      parts.push(part.value);
    }
    return await new Blob(parts as BlobPart[]).text();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AdvectError('invalid-value', `this link cannot be read: ${why}`, 'Ask for the link again; it may have been cut off.', cause);
  }
}

/** Bytes as text that may stand in an address. */
export const toBase64url = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');

/** The bytes again. Throws where the text is none of base64url. */
export const fromBase64url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
