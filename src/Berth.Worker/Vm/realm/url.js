// URL and URLSearchParams: https://url.spec.whatwg.org/ The outside parses; here are the objects.
(function (internal) {
  'use strict';

  const encode = (text) => encodeURIComponent(text).replace(/%20/g, '+').replace(/[!'()~]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
  const decode = (text) => {
    const bytes = [];
    const raw = new TextEncoder().encode(text.replace(/\+/g, ' '));
    for (let i = 0; i < raw.length; i++) {
      const hex = raw[i] === 0x25 ? String.fromCharCode(raw[i + 1] ?? 0, raw[i + 2] ?? 0) : '';
      if (/^[0-9A-Fa-f]{2}$/.test(hex)) {
        bytes.push(parseInt(hex, 16));
        i += 2;
      } else {
        bytes.push(raw[i]);
      }
    }
    return new TextDecoder().decode(new Uint8Array(bytes));
  };

  class URLSearchParams {
    #pairs = [];
    #changed = () => {};
    constructor(init = '') {
      if (typeof init === 'object' && init !== null) {
        if (typeof init[Symbol.iterator] === 'function') {
          for (const pair of init) {
            const [name, value, ...more] = pair;
            if (value === undefined || more.length > 0) throw new TypeError('Each pair needs a name and a value.');
            this.#pairs.push([String(name), String(value)]);
          }
        } else {
          this.#pairs = Object.entries(init).map(([name, value]) => [name, String(value)]);
        }
      } else {
        this.#parse(String(init));
      }
    }
    #parse(text) {
      this.#pairs = text.replace(/^\?/, '').split('&').filter((part) => part !== '').map((part) => {
        const at = part.indexOf('=');
        return at < 0 ? [decode(part), ''] : [decode(part.slice(0, at)), decode(part.slice(at + 1))];
      });
    }
    static _of(text, changed) {
      const made = new URLSearchParams(text);
      made.#changed = changed;
      return made;
    }
    static _again(params, text) { params.#parse(text); }
    get size() { return this.#pairs.length; }
    append(name, value) {
      this.#pairs.push([String(name), String(value)]);
      this.#changed();
    }
    delete(name, value) {
      this.#pairs = this.#pairs.filter(([key, item]) => key !== String(name) || (value !== undefined && item !== String(value)));
      this.#changed();
    }
    get(name) { return this.#pairs.find(([key]) => key === String(name))?.[1] ?? null; }
    getAll(name) { return this.#pairs.filter(([key]) => key === String(name)).map(([, value]) => value); }
    has(name, value) { return this.#pairs.some(([key, item]) => key === String(name) && (value === undefined || item === String(value))); }
    set(name, value) {
      const at = this.#pairs.findIndex(([key]) => key === String(name));
      if (at < 0) {
        this.append(name, value);
        return;
      }
      this.#pairs[at][1] = String(value);
      this.#pairs = this.#pairs.filter(([key], index) => key !== String(name) || index === at);
      this.#changed();
    }
    sort() {
      this.#pairs.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
      this.#changed();
    }
    forEach(work, self) { for (const [name, value] of this.#pairs) work.call(self, value, name, this); }
    *entries() { for (const [name, value] of this.#pairs) yield [name, value]; }
    *keys() { for (const [name] of this.#pairs) yield name; }
    *values() { for (const [, value] of this.#pairs) yield value; }
    [Symbol.iterator]() { return this.entries(); }
    toString() { return this.#pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&'); }
  }
  const linked = URLSearchParams._of;
  const reparse = URLSearchParams._again;
  delete URLSearchParams._of;
  delete URLSearchParams._again;

  const parts = ['protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash'];

  class URL {
    #parts;
    #params = linked('', () => this.#set('search', this.#params.toString()));
    constructor(url, base) {
      const answer = internal.ask('url.parse', 0, JSON.stringify(base === undefined ? [String(url)] : [String(url), String(base)]));
      if (answer === '') throw new TypeError(`Invalid URL: ${String(url).slice(0, 200)}`);
      this.#parts = JSON.parse(answer);
      reparse(this.#params, this.#parts.search);
    }
    static canParse(url, base) { return URL.parse(url, base) !== null; }
    static parse(url, base) {
      try {
        return new URL(url, base);
      } catch {
        return null;
      }
    }
    #set(part, value) {
      this.#parts = JSON.parse(internal.ask('url.set', 0, JSON.stringify([this.#parts.href, part, String(value)])));
      if (part === 'search' && value !== this.#params.toString()) reparse(this.#params, this.#parts.search);
    }
    static _get(url, part) { return url.#parts[part]; }
    static _set(url, part, value) { url.#set(part, value); }
    get href() { return this.#parts.href; }
    set href(value) {
      this.#parts = new URL(value).#parts;
      reparse(this.#params, this.#parts.search);
    }
    get origin() { return this.#parts.origin; }
    get searchParams() { return this.#params; }
    toString() { return this.#parts.href; }
    toJSON() { return this.#parts.href; }
  }
  const { _get, _set } = URL;
  delete URL._get;
  delete URL._set;
  for (const part of parts) {
    Object.defineProperty(URL.prototype, part, {
      get() { return _get(this, part); },
      set(value) { _set(this, part, value); },
      enumerable: true,
      configurable: true,
    });
  }

  internal.define('URL', URL);
  internal.define('URLSearchParams', URLSearchParams);
})
