// Headers, Request, Response: https://fetch.spec.whatwg.org/ as far as a server needs them. Forms in parts are not read.
(function (internal) {
  'use strict';

  const isName = (name) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name);
  const clean = (value) => {
    const text = String(value).replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '');
    if (/[\0\n\r]|[^\0-\xff]/.test(text)) throw new TypeError('A header has characters that it must not have.');
    return text;
  };

  class Headers {
    #all = new Map();
    constructor(init) {
      if (init === undefined || init === null) return;
      if (typeof init !== 'object') throw new TypeError('Headers are made of an object or of pairs.');
      const pairs = typeof init[Symbol.iterator] === 'function' ? init : Object.entries(init);
      for (const [name, value] of pairs) this.append(name, value);
    }
    static #key(name) {
      const text = String(name);
      if (!isName(text)) throw new TypeError(`'${text.slice(0, 100)}' is not the name of a header.`);
      return text.toLowerCase();
    }
    append(name, value) {
      const key = Headers.#key(name);
      const list = this.#all.get(key) ?? [];
      list.push(clean(value));
      this.#all.set(key, list);
    }
    set(name, value) { this.#all.set(Headers.#key(name), [clean(value)]); }
    get(name) { return this.#all.get(Headers.#key(name))?.join(', ') ?? null; }
    has(name) { return this.#all.has(Headers.#key(name)); }
    delete(name) { this.#all.delete(Headers.#key(name)); }
    getSetCookie() { return [...(this.#all.get('set-cookie') ?? [])]; }
    forEach(work, self) { for (const [name, value] of this) work.call(self, value, name, this); }
    *entries() {
      for (const name of [...this.#all.keys()].sort()) {
        if (name === 'set-cookie') for (const value of this.#all.get(name)) yield [name, value];
        else yield [name, this.#all.get(name).join(', ')];
      }
    }
    *keys() { for (const [name] of this.entries()) yield name; }
    *values() { for (const [, value] of this.entries()) yield value; }
    [Symbol.iterator]() { return this.entries(); }
  }

  // → { stream or null, bytes when they are known, type when the source says one }
  function extract(source) {
    if (source === null || source === undefined) return { stream: null, bytes: null, type: null };
    if (source instanceof ReadableStream) return { stream: source, bytes: null, type: null };
    let type = null;
    let bytes;
    if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
      bytes = internal.bytesOf(source);
    } else {
      type = source instanceof URLSearchParams ? 'application/x-www-form-urlencoded;charset=UTF-8' : 'text/plain;charset=UTF-8';
      bytes = new TextEncoder().encode(String(source));
    }
    return { stream: null, bytes, type };
  }

  class Body {
    #stream; #bytes; #used = false;
    _take(source) {
      [this.#stream, this.#bytes] = [source.stream, source.bytes];
    }
    get body() {
      if (this.#stream === null && this.#bytes !== null) {
        const bytes = this.#bytes;
        this.#stream = new ReadableStream({
          start(controller) {
            if (bytes.length > 0) controller.enqueue(bytes);
            controller.close();
          },
        });
      }
      return this.#stream;
    }
    get bodyUsed() { return this.#used; }
    async bytes() {
      if (this.#used || this.#stream?.locked) throw new TypeError('The body was read already.');
      this.#used = this.#stream !== null || this.#bytes !== null;
      if (this.#stream === null) return this.#bytes ?? new Uint8Array(0);
      const chunks = [];
      let length = 0;
      for await (const chunk of this.#stream) {
        const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : internal.bytesOf(chunk);
        chunks.push(bytes);
        length += bytes.length;
      }
      const whole = new Uint8Array(length);
      let at = 0;
      for (const chunk of chunks) {
        whole.set(chunk, at);
        at += chunk.length;
      }
      return whole;
    }
    async arrayBuffer() { return (await this.bytes()).buffer; }
    async text() { return new TextDecoder().decode(await this.bytes()); }
    async json() { return JSON.parse(await this.text()); }
    async formData() { throw new TypeError('Forms are not read here. Use text() and URLSearchParams.'); }
    async blob() { throw new TypeError('There are no blobs here. Use arrayBuffer().'); }
    _split() {
      if (this.#used) throw new TypeError('The body was read already.');
      if (this.#stream === null) return { stream: null, bytes: this.#bytes };
      const [own, other] = this.#stream.tee();
      this.#stream = own;
      return { stream: other, bytes: null };
    }
    _known() {
      if (this.#used) throw new TypeError('The body was read already.');
      return this.#stream === null ? this.#bytes ?? new Uint8Array(0) : null;
    }
  }
  const { _take, _split, _known } = Body.prototype;
  delete Body.prototype._take;
  delete Body.prototype._split;
  delete Body.prototype._known;
  internal.knownBytes = (answer) => Reflect.apply(_known, answer, []);

  class Request extends Body {
    #url; #method; #headers; #signal; #redirect;
    constructor(input, init = {}) {
      super();
      const from = input instanceof Request ? input : null;
      this.#url = from ? from.url : new URL(String(input)).href;
      this.#method = String(init.method ?? from?.method ?? 'GET');
      if (!isName(this.#method)) throw new TypeError('That is not a method.');
      if (/^(get|head|post|put|delete|options|patch)$/i.test(this.#method)) this.#method = this.#method.toUpperCase();
      this.#headers = new Headers(init.headers ?? from?.headers);
      this.#signal = init.signal ?? from?.signal ?? new AbortController().signal;
      this.#redirect = String(init.redirect ?? from?.redirect ?? 'follow');
      const source = init.body !== undefined && init.body !== null ? extract(init.body) : from ? { ...Reflect.apply(_split, from, []), type: null } : extract(null);
      if ((source.stream || source.bytes) && /^(GET|HEAD)$/.test(this.#method) && init.body) throw new TypeError(`A request with ${this.#method} has no body.`);
      if (source.type && !this.#headers.has('content-type')) this.#headers.set('content-type', source.type);
      Reflect.apply(_take, this, [source]);
    }
    get url() { return this.#url; }
    get method() { return this.#method; }
    get headers() { return this.#headers; }
    get signal() { return this.#signal; }
    get redirect() { return this.#redirect; }
    clone() { return new Request(this); }
  }

  class Response extends Body {
    #status; #statusText; #headers; #url = ''; #redirected = false;
    constructor(body = null, init = {}) {
      super();
      this.#status = init.status === undefined ? 200 : Number(init.status);
      if (!Number.isInteger(this.#status) || this.#status < 200 || this.#status > 599) throw new RangeError('The status must be 200 to 599.');
      this.#statusText = clean(init.statusText ?? '');
      this.#headers = new Headers(init.headers);
      const source = extract(body);
      if ((source.stream || source.bytes) && [204, 205, 304].includes(this.#status)) throw new TypeError(`An answer with ${this.#status} has no body.`);
      if (source.type && !this.#headers.has('content-type')) this.#headers.set('content-type', source.type);
      Reflect.apply(_take, this, [source]);
    }
    static json(value, init = {}) {
      const headers = new Headers(init.headers);
      if (!headers.has('content-type')) headers.set('content-type', 'application/json');
      const text = JSON.stringify(value);
      if (text === undefined) throw new TypeError('The value cannot be written as JSON.');
      return new Response(text, { ...init, headers });
    }
    static redirect(url, status = 302) {
      if (![301, 302, 303, 307, 308].includes(status)) throw new RangeError('That is not the status of a redirect.');
      return new Response(null, { status, headers: { location: String(url) } });
    }
    static _from(url, redirected, body, init) {
      const made = new Response(body, init);
      [made.#url, made.#redirected] = [url, redirected];
      return made;
    }
    get status() { return this.#status; }
    get statusText() { return this.#statusText; }
    get ok() { return this.#status >= 200 && this.#status < 300; }
    get headers() { return this.#headers; }
    get url() { return this.#url; }
    get redirected() { return this.#redirected; }
    get type() { return 'default'; }
    clone() {
      const { stream, bytes } = Reflect.apply(_split, this, []);
      return new Response(stream ?? bytes, { status: this.#status, statusText: this.#statusText, headers: this.#headers });
    }
  }
  internal.answered = Response._from;
  delete Response._from;

  for (const [name, value] of Object.entries({ Headers, Request, Response })) internal.define(name, value);
})
