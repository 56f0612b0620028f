/** Bytes as text, in pages as in Node. */
export function base64(bytes: Uint8Array): string {
  let text = '';
  // Long lists of arguments overflow the stack.
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

/** The inverse of `base64`. */
export const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
