// Event, EventTarget, AbortController, DOMException: https://dom.spec.whatwg.org/
(function (internal) {
  'use strict';

  class DOMException extends Error {
    #name;
    constructor(message = '', name = 'Error') {
      super(message);
      this.#name = String(name);
    }
    get name() { return this.#name; }
    get code() { return { AbortError: 20, TimeoutError: 23, DataCloneError: 25, InvalidStateError: 11, InvalidCharacterError: 5, QuotaExceededError: 22 }[this.#name] ?? 0; }
  }

  class Event {
    #type; #cancelable; #prevented = false; _stopped = false; _target = null;
    constructor(type, options = {}) {
      this.#type = String(type);
      this.#cancelable = Boolean(options.cancelable);
    }
    get type() { return this.#type; }
    get cancelable() { return this.#cancelable; }
    get defaultPrevented() { return this.#prevented; }
    get target() { return this._target; }
    get currentTarget() { return this._target; }
    preventDefault() { if (this.#cancelable) this.#prevented = true; }
    stopPropagation() {}
    stopImmediatePropagation() { this._stopped = true; }
  }

  class CustomEvent extends Event {
    #detail;
    constructor(type, options = {}) {
      super(type, options);
      this.#detail = options.detail ?? null;
    }
    get detail() { return this.#detail; }
  }

  class EventTarget {
    #listeners = new Map();
    addEventListener(type, listener, options = {}) {
      if (!listener) return;
      const { once = false, signal } = typeof options === 'object' ? options : {};
      if (signal?.aborted) return;
      const list = this.#listeners.get(type) ?? [];
      if (list.some((entry) => entry.listener === listener)) return;
      list.push({ listener, once });
      this.#listeners.set(type, list);
      signal?.addEventListener('abort', () => this.removeEventListener(type, listener), { once: true });
    }
    removeEventListener(type, listener) {
      const list = this.#listeners.get(type);
      if (list) this.#listeners.set(type, list.filter((entry) => entry.listener !== listener));
    }
    dispatchEvent(event) {
      event._target = this;
      const handler = this[`on${event.type}`];
      const all = [...(typeof handler === 'function' ? [{ listener: handler }] : []), ...(this.#listeners.get(event.type) ?? [])];
      for (const { listener, once } of all) {
        if (once) this.removeEventListener(event.type, listener);
        try {
          if (typeof listener === 'function') listener.call(this, event);
          else listener.handleEvent(event);
        } catch (error) {
          internal.ask('log', 4, internal.describe(error));
        }
        if (event._stopped) break;
      }
      return !event.defaultPrevented;
    }
  }

  let mayMake = false;
  class AbortSignal extends EventTarget {
    #aborted = false; #reason;
    onabort = null;
    constructor() {
      super();
      if (!mayMake) throw new TypeError('Illegal constructor');
    }
    get aborted() { return this.#aborted; }
    get reason() { return this.#reason; }
    throwIfAborted() { if (this.#aborted) throw this.#reason; }
    static _make() {
      mayMake = true;
      try {
        return new AbortSignal();
      } finally {
        mayMake = false;
      }
    }
    static _abort(signal, reason = new DOMException('This operation was aborted', 'AbortError')) {
      if (signal.#aborted) return;
      signal.#aborted = true;
      signal.#reason = reason;
      signal.dispatchEvent(new Event('abort'));
    }
    static abort(reason) {
      const signal = make();
      abort(signal, reason);
      return signal;
    }
    static timeout(milliseconds) {
      const signal = make();
      setTimeout(() => abort(signal, new DOMException('The operation was aborted due to timeout', 'TimeoutError')), milliseconds);
      return signal;
    }
    static any(signals) {
      const all = [...signals];
      const signal = make();
      for (const one of all) {
        if (one.aborted) {
          abort(signal, one.reason);
          break;
        }
        one.addEventListener('abort', () => abort(signal, one.reason), { once: true });
      }
      return signal;
    }
  }
  const make = AbortSignal._make;
  const abort = AbortSignal._abort;
  delete AbortSignal._make;
  delete AbortSignal._abort;

  class AbortController {
    #signal = make();
    get signal() { return this.#signal; }
    abort(reason) { abort(this.#signal, reason); }
  }

  for (const [name, value] of Object.entries({ DOMException, Event, CustomEvent, EventTarget, AbortSignal, AbortController })) internal.define(name, value);
})
