// crypto: https://w3c.github.io/webcrypto/ Keys stay outside; here are their numbers.
(function (internal) {
  'use strict';
  const waiting = new Map();
  const numbers = new WeakMap();
  let last = 0;
  let mayMake = false;

  class CryptoKey {
    #facts;
    constructor(facts) {
      if (!mayMake) throw new TypeError('Illegal constructor');
      this.#facts = facts;
    }
    get type() { return this.#facts.type; }
    get extractable() { return this.#facts.extractable; }
    get algorithm() { return this.#facts.algorithm; }
    get usages() { return this.#facts.usages; }
  }

  // Values with bytes and keys in them, as JSON: {"$bytes": base64}, {"$key": number}.
  const pack = (value) => {
    if (value instanceof CryptoKey) return { $key: numbers.get(value) };
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return { $bytes: internal.toBase64(internal.bytesOf(value)) };
    if (Array.isArray(value)) return value.map(pack);
    if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, pack(item)]));
    return value;
  };
  const unpack = (value) => {
    if (Array.isArray(value)) return value.map(unpack);
    if (typeof value !== 'object' || value === null) return value;
    if (typeof value.$bytes === 'string') {
      const bytes = internal.fromBase64(value.$bytes);
      return value.$array ? bytes : bytes.buffer;
    }
    if (typeof value.$key === 'number') {
      mayMake = true;
      try {
        const key = new CryptoKey({ ...value, algorithm: unpack(value.algorithm) });
        numbers.set(key, value.$key);
        return key;
      } finally {
        mayMake = false;
      }
    }
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, unpack(item)]));
  };

  internal.cryptoDone = (id, isDone, text) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (!call) return;
    if (isDone) {
      call.resolve(unpack(JSON.parse(text).value));
      return;
    }
    const { name, message } = JSON.parse(text);
    call.reject(name === 'TypeError' ? new TypeError(message) : new DOMException(message, name));
  };

  const subtle = {};
  for (const name of ['digest', 'sign', 'verify', 'encrypt', 'decrypt', 'importKey', 'exportKey', 'generateKey', 'deriveKey', 'deriveBits', 'wrapKey', 'unwrapKey']) {
    subtle[name] = async (...values) => {
      const id = ++last;
      const text = JSON.stringify({ name, values: values.map(pack) });
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        internal.ask('crypto', id, text);
      });
    };
  }

  internal.define('CryptoKey', CryptoKey);
  internal.define('crypto', Object.freeze({
    subtle: Object.freeze(subtle),
    randomUUID: () => internal.ask('crypto.uuid'),
    getRandomValues(array) {
      if (!ArrayBuffer.isView(array) || array instanceof DataView || array instanceof Float32Array || array instanceof Float64Array) throw new TypeError('An array of whole numbers is needed.');
      if (array.byteLength > 65536) throw new DOMException('At most 65,536 bytes at once.', 'QuotaExceededError');
      const bytes = new Uint8Array(array.byteLength);
      internal.ask('crypto.random', 0, '', bytes);
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(bytes);
      return array;
    },
  }));
})
