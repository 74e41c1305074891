// Requests come in here, and what a plugin may ask of its host goes out.
(function (internal) {
  'use strict';
  const calls = new Map();
  const requests = new Map();
  let last = 0;
  let handler = null;

  internal.define('fetch', () => Promise.reject(new TypeError('Requests to the outside belong to a call: use berth.fetch, the second argument of your fetch(request, berth) has it.')));

  const demand = (request, op, value) => new Promise((resolve, reject) => {
    if (!requests.has(request)) {
      reject(new Error('This call is over: what belongs to its user cannot be asked for any more.'));
      return;
    }
    const id = ++last;
    calls.set(id, { resolve, reject });
    internal.ask('op', request, JSON.stringify({ call: id, op, value }));
  });

  function berthOf(request, facts, signal) {
    const data = Object.freeze({
      async get(key) {
        const found = await demand(request, 'data.get', { key: String(key) });
        return found === null ? undefined : JSON.parse(found);
      },
      async set(key, value) {
        const json = JSON.stringify(value);
        if (json === undefined) throw new TypeError('The value cannot be written as JSON.');
        await demand(request, 'data.set', { key: String(key), json });
      },
      delete: (key) => demand(request, 'data.delete', { key: String(key) }),
      async list(prefix = '') { return (await demand(request, 'data.list', { prefix: String(prefix) })).map(({ key, json }) => [key, JSON.parse(json)]); },
    });
    let settings;
    return Object.freeze({
      user: Object.freeze({ id: facts.user.id, name: facts.user.name, roles: Object.freeze([...facts.user.roles]) }),
      plugin: Object.freeze({ ...facts.plugin, base: facts.base }),
      capabilities: Object.freeze([...facts.capabilities]),
      signal,
      data,
      settings: () => (settings ??= demand(request, 'settings', {}).then((json) => JSON.parse(json))),
      log: internal.logger(),
      async fetch(input, init) {
        const asked = new Request(input, init);
        const bytes = await asked.bytes();
        const answer = await demand(request, 'fetch', {
          method: asked.method, url: asked.url, headers: [...asked.headers], redirect: asked.redirect, body: bytes.length > 0 ? internal.toBase64(bytes) : null,
        });
        const body = [204, 205, 304].includes(answer.status) ? null : internal.fromBase64(answer.body);
        return internal.answered(answer.url, answer.redirected, body, { status: answer.status, statusText: answer.status_text, headers: answer.headers });
      },
    });
  }

  function bodyOf(id, state) {
    return new ReadableStream({
      pull: () => new Promise((resolve) => {
        state.pulled = resolve;
        internal.ask('body.pull', id);
      }),
      start(controller) { state.body = controller; },
      cancel() { state.body = null; },
    }, { highWaterMark: 0 });
  }

  async function answer(id, facts) {
    const aborter = new AbortController();
    const state = { abort: (reason) => aborter.abort(reason), body: null, pulled: null, more: null };
    requests.set(id, state);
    try {
      const request = new Request(facts.url, { method: facts.method, headers: facts.headers, signal: aborter.signal, body: facts.hasBody ? bodyOf(id, state) : undefined });
      const response = await handler(request, berthOf(id, facts, aborter.signal));
      if (!(response instanceof Response)) throw new TypeError('fetch(request) must answer with a Response.');
      await send(id, response, state, facts.method === 'HEAD');
    } catch (error) {
      internal.ask('log', 4, internal.describe(error));
      internal.ask('fail', id, internal.brief(error));
    } finally {
      requests.delete(id);
    }
  }

  async function send(id, response, state, isHead) {
    const known = internal.knownBytes(response);
    const head = { status: response.status, headers: [...response.headers], length: known ? known.length : null };
    internal.ask('head', id, JSON.stringify(head));
    if (known) {
      if (known.length > 0 && !isHead) internal.ask('chunk', id, '', known);
    } else if (!isHead) {
      for await (const chunk of response.body) {
        internal.ask('chunk', id, '', typeof chunk === 'string' ? new TextEncoder().encode(chunk) : internal.bytesOf(chunk));
        await new Promise((resolve) => { state.more = resolve; });
        if (!requests.has(id) || state.isGone) return;
      }
    }
    internal.ask('end', id);
  }

  return {
    alloc: (length) => new Uint8Array(length),
    describe: internal.describe,
    fire: internal.fire,
    cryptoDone: internal.cryptoDone,
    adopt(namespace) {
      const main = namespace.default;
      const found = typeof main === 'function' ? main : typeof main?.fetch === 'function' ? main.fetch.bind(main) : namespace.fetch;
      if (typeof found !== 'function') return false;
      handler = found;
      return true;
    },
    request(id, text) { answer(id, JSON.parse(text)); },
    chunk(id, bytes) {
      const state = requests.get(id);
      state?.body?.enqueue(bytes);
      state?.pulled?.();
    },
    bodyEnd(id) {
      const state = requests.get(id);
      state?.body?.close();
      state?.pulled?.();
      if (state) state.body = null;
    },
    more(id) { requests.get(id)?.more?.(); },
    abort(id, reason) {
      const state = requests.get(id);
      if (!state) return;
      const error = new DOMException(reason, 'AbortError');
      state.isGone = true;
      try {
        state.body?.error(error);
      } catch {
        // It was closed before.
      }
      state.abort(error);
      state.more?.();
    },
    done(id, isDone, text) {
      const call = calls.get(id);
      calls.delete(id);
      if (!call) return;
      if (isDone) {
        call.resolve(JSON.parse(text));
        return;
      }
      const { message, name, code } = JSON.parse(text);
      const error = new Error(message);
      error.name = name ?? 'Error';
      if (code) error.code = code;
      call.reject(error);
    },
  };
})
