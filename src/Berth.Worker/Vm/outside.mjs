// What a plugin's context may ask of this thread, at once: texts, numbers and byte arrays in, texts and numbers out. Arrays of the
// context are read and written by their slots alone; no property of them is looked at, because the plugin could have made it.
import { randomUUID, webcrypto } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { types } from 'node:util';

const copy = (bytes) => new Uint8Array(bytes);
const fill = (target, source) => Uint8Array.prototype.set.call(target, source);
const urlParts = ({ href, origin, protocol, username, password, host, hostname, port, pathname, search, hash }) =>
  JSON.stringify({ href, origin, protocol, username, password, host, hostname, port, pathname, search, hash });
const settable = new Set(['protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash']);

/** Operations by name: `(number, text, bytes) → text | number | undefined`. */
export const outside = {
  'utf8.length': (_, text) => Buffer.byteLength(text),
  'utf8.write': (_, text, bytes) => void new TextEncoder().encodeInto(text, bytes),
  'text.encoding': (_, label) => {
    try {
      return new TextDecoder(label).encoding;
    } catch {
      return '';
    }
  },
  'text.decode': (flags, label, bytes) => {
    try {
      return new TextDecoder(label, { fatal: (flags & 1) !== 0, ignoreBOM: (flags & 2) !== 0 }).decode(copy(bytes));
    } catch {
      return 0;
    }
  },
  'base64.encode': (_, __, bytes) => Buffer.from(copy(bytes)).toString('base64'),
  'base64.length': (_, text) => Buffer.from(text, 'base64').length,
  'base64.write': (_, text, bytes) => fill(bytes, Buffer.from(text, 'base64')),
  'url.parse': (_, text) => {
    try {
      return urlParts(new URL(...JSON.parse(text)));
    } catch {
      return '';
    }
  },
  'url.set': (_, text) => {
    const [href, part, value] = JSON.parse(text);
    const url = new URL(href);
    if (settable.has(part)) url[part] = value;
    return urlParts(url);
  },
  now: () => performance.now(),
  'crypto.uuid': () => randomUUID(),
  'crypto.random': (_, __, bytes) => {
    const random = webcrypto.getRandomValues(new Uint8Array(65536));
    fill(bytes, random.subarray(0, copy(bytes).length));
  },
};

const methods = new Set(['digest', 'sign', 'verify', 'encrypt', 'decrypt', 'importKey', 'exportKey', 'generateKey', 'deriveKey', 'deriveBits', 'wrapKey', 'unwrapKey']);
const mostKeys = 10_000;

/** crypto.subtle for a context: keys are kept here and named by numbers. */
export class Subtle {
  #keys = [];

  /** → JSON of `{ value }`; rejects with the error of the Web Crypto API. */
  async call(text) {
    const { name, values } = JSON.parse(text);
    if (!methods.has(name)) throw new TypeError('There is no such method.');
    const value = await webcrypto.subtle[name](...values.map((one) => this.#unpack(one)));
    return JSON.stringify({ value: this.#pack(value) });
  }

  #unpack(value) {
    if (Array.isArray(value)) return value.map((one) => this.#unpack(one));
    if (typeof value !== 'object' || value === null) return value;
    if (typeof value.$bytes === 'string') return copy(Buffer.from(value.$bytes, 'base64'));
    if (typeof value.$key === 'number') return this.#keys[value.$key];
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.#unpack(one)]));
  }

  #pack(value) {
    if (types.isCryptoKey(value)) {
      if (this.#keys.length >= mostKeys) throw new TypeError(`There are ${mostKeys} keys already.`);
      this.#keys.push(value);
      return { $key: this.#keys.length - 1, type: value.type, extractable: value.extractable, algorithm: this.#pack(value.algorithm), usages: [...value.usages] };
    }
    if (value instanceof ArrayBuffer) return { $bytes: Buffer.from(value).toString('base64') };
    if (ArrayBuffer.isView(value)) return { $bytes: Buffer.from(copy(value)).toString('base64'), $array: true };
    if (Array.isArray(value)) return value.map((one) => this.#pack(one));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.#pack(one)]));
  }
}
