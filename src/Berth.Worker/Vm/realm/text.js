// TextEncoder, TextDecoder, atob, btoa, structuredClone, console: small things that every module expects.
(function (internal) {
  'use strict';

  class TextEncoder {
    get encoding() { return 'utf-8'; }
    encode(text = '') {
      const all = String(text);
      const bytes = new Uint8Array(internal.ask('utf8.length', 0, all));
      internal.ask('utf8.write', 0, all, bytes);
      return bytes;
    }
    encodeInto(text, target) {
      const bytes = this.encode(text);
      let written = Math.min(bytes.length, target.length);
      while (written > 0 && written < bytes.length && (bytes[written] & 0xc0) === 0x80) written--;
      target.set(bytes.subarray(0, written));
      return { read: new TextDecoder().decode(bytes.subarray(0, written)).length, written };
    }
  }

  class TextDecoder {
    #label; #fatal; #ignoreBOM; #rest = new Uint8Array(0);
    constructor(label = 'utf-8', { fatal = false, ignoreBOM = false } = {}) {
      const name = internal.ask('text.encoding', 0, String(label));
      if (!name) throw new RangeError(`The encoding '${label}' is not known.`);
      [this.#label, this.#fatal, this.#ignoreBOM] = [name, Boolean(fatal), Boolean(ignoreBOM)];
    }
    get encoding() { return this.#label; }
    get fatal() { return this.#fatal; }
    get ignoreBOM() { return this.#ignoreBOM; }
    decode(input = new Uint8Array(0), { stream = false } = {}) {
      const fresh = internal.bytesOf(input);
      const bytes = new Uint8Array(this.#rest.length + fresh.length);
      bytes.set(this.#rest);
      bytes.set(fresh, this.#rest.length);
      const whole = stream ? bytes.length - unfinished(bytes, this.#label) : bytes.length;
      this.#rest = bytes.slice(whole);
      const text = internal.ask('text.decode', (this.#fatal ? 1 : 0) | (this.#ignoreBOM ? 2 : 0), this.#label, bytes.slice(0, whole));
      if (typeof text !== 'string') throw new TypeError(`The bytes are not ${this.#label}.`);
      return text;
    }
  }

  // How many bytes at the end are the beginning of a character whose rest is still to come.
  function unfinished(bytes, label) {
    if (label.startsWith('utf-16')) return bytes.length % 2;
    if (label !== 'utf-8') return 0;
    for (let back = 1; back <= Math.min(3, bytes.length); back++) {
      const byte = bytes[bytes.length - back];
      if ((byte & 0xc0) === 0x80) continue;
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
      return needed > back ? back : 0;
    }
    return 0;
  }

  function btoa(text) {
    const all = String(text);
    const bytes = new Uint8Array(all.length);
    for (let i = 0; i < all.length; i++) {
      const code = all.charCodeAt(i);
      if (code > 255) throw new DOMException('The text has characters outside of Latin-1.', 'InvalidCharacterError');
      bytes[i] = code;
    }
    return internal.toBase64(bytes);
  }

  function atob(text) {
    const bare = String(text).replace(/[\t\n\f\r ]/g, '').replace(/={1,2}$/, '');
    if (bare.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(bare)) throw new DOMException('The text is not base64.', 'InvalidCharacterError');
    let made = '';
    for (const byte of internal.fromBase64(bare)) made += String.fromCharCode(byte);
    return made;
  }

  internal.toBase64 = (bytes) => internal.ask('base64.encode', 0, '', bytes);
  internal.fromBase64 = (text) => {
    const bytes = new Uint8Array(internal.ask('base64.length', 0, text));
    internal.ask('base64.write', 0, text, bytes);
    return bytes;
  };

  function structuredClone(value) {
    const seen = new Map();
    return copy(value);

    function copy(one) {
      if (typeof one === 'function' || typeof one === 'symbol') throw new DOMException('A function or a symbol cannot be cloned.', 'DataCloneError');
      if (typeof one !== 'object' || one === null) return one;
      if (seen.has(one)) return seen.get(one);
      if (one instanceof Date) return keep(one, new Date(one.getTime()));
      if (one instanceof RegExp) return keep(one, new RegExp(one.source, one.flags));
      if (one instanceof ArrayBuffer) return keep(one, one.slice(0));
      if (one instanceof DataView) return keep(one, new DataView(copy(one.buffer), one.byteOffset, one.byteLength));
      if (ArrayBuffer.isView(one)) return keep(one, new one.constructor(copy(one.buffer), one.byteOffset, one.length));
      if (one instanceof Map) {
        const made = keep(one, new Map());
        for (const [key, item] of one) made.set(copy(key), copy(item));
        return made;
      }
      if (one instanceof Set) {
        const made = keep(one, new Set());
        for (const item of one) made.add(copy(item));
        return made;
      }
      if (one instanceof Error) return keep(one, Object.assign(new one.constructor(one.message), { stack: one.stack }));
      const made = keep(one, Array.isArray(one) ? [] : {});
      for (const key of Object.keys(one)) made[key] = copy(one[key]);
      return made;
    }

    function keep(from, made) {
      seen.set(from, made);
      return made;
    }
  }

  const show = (value) => {
    if (typeof value === 'string') return value;
    if (value instanceof Error) return internal.describe(value);
    try {
      return JSON.stringify(value) ?? String(value);
    } catch {
      return String(value);
    }
  };
  const writer = (level) => (...values) => void internal.ask('log', level, values.map(show).join(' '));
  internal.logger = () => Object.freeze({ trace: writer(0), debug: writer(1), info: writer(2), warn: writer(3), error: writer(4) });

  for (const [name, value] of Object.entries({
    TextEncoder,
    TextDecoder,
    atob,
    btoa,
    structuredClone,
    console: { debug: writer(1), trace: writer(0), log: writer(2), info: writer(2), warn: writer(3), error: writer(4) },
    performance: Object.freeze({ now: () => internal.ask('now'), timeOrigin: Date.now() }),
    queueMicrotask: (work) => void Promise.resolve().then(work).catch((error) => internal.ask('log', 4, internal.describe(error))),
  })) internal.define(name, value);
})
