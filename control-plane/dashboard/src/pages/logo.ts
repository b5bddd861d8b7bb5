/** A logo as it is sent: a PNG of the size that the control plane takes. It looks again itself; this only says earlier what is wrong. */

export type Rejected = 'format' | 'size' | 'pixels';
const MOST_BYTES = 24 * 1024;
const MOST_PIXELS = 512;
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
export const PREFIX = 'data:image/png;base64,';

/** The file as a `data:` address, or why it is none; what it calls itself says nothing. */
export function logoOf(bytes: Uint8Array): {url: string} | {rejected: Rejected} {
  if (bytes.length < 33 || SIGNATURE.some((byte, at) => bytes[at] !== byte)) {
    return {rejected: 'format'};
  }
  if (bytes.length > MOST_BYTES) {
    return {rejected: 'size'};
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sides = [view.getUint32(16), view.getUint32(20)];
  if (sides.some(side => side === 0 || side > MOST_PIXELS)) {
    return {rejected: 'pixels'};
  }
  let text = '';
  bytes.forEach(byte => {
    text += String.fromCharCode(byte);
  });
  return {url: PREFIX + btoa(text)};
}

/** The bytes behind a `data:` address of a PNG; null: it is none. */
export function bytesOf(url: string): Uint8Array<ArrayBuffer> | null {
  if (!url.startsWith(PREFIX)) {
    return null;
  }
  try {
    return Uint8Array.from(atob(url.slice(PREFIX.length)), sign => sign.charCodeAt(0));
  } catch {
    return null;
  }
}
