// One forwarded request: who calls and what is asked, and the answer or an outcome in its place.
const ofConnection = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization']);
const hidden = new Set([...ofConnection, 'authorization', 'cookie', 'host']);

/** A request of the host and its answer. */
export class Exchange {
  #response;
  #body;

  constructor(request, response) {
    const headers = request.headers;
    this.request = request;
    this.#response = response;
    this.call = headers['berth-call'] ?? '';
    this.user = { id: '', name: '', roles: [], granted: [], ...JSON.parse(Buffer.from(headers['berth-user'] ?? 'e30', 'base64url').toString('utf8')) };
    this.base = headers['berth-path-base'] ?? '';
    this.method = request.method;
    this.authority = headers.host ?? headers[':authority'] ?? 'plugin';
    this.scheme = headers['berth-scheme'] === 'https' ? 'https' : 'http';
    this.target = request.url.startsWith('/') ? request.url : '/';
    // HTTP/2 needs no length and no coding to have a body.
    this.hasBody = !['GET', 'HEAD'].includes(request.method) && (request.httpVersionMajor === 2 || headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0);
    const raw = request.rawHeaders;
    this.headers = [];
    for (let i = 0; i < raw.length; i += 2) {
      const name = raw[i].toLowerCase();
      if (!hidden.has(name) && !name.startsWith('berth-') && !name.startsWith(':')) this.headers.push([name, raw[i + 1]]);
    }
  }

  get hasStarted() { return this.#response.headersSent; }

  /** Called when the host goes before the answer is whole. */
  onGone(work) {
    this.#response.on('close', () => {
      if (!this.#response.writableFinished) work();
    });
  }

  /** The next bytes of the body; `null` at its end. */
  async read() {
    this.#body ??= this.request[Symbol.asyncIterator]();
    const { value, done } = await this.#body.next();
    return done ? null : value;
  }

  head(status, headers, length) {
    const kept = [];
    for (const [name, value] of headers) {
      const key = name.toLowerCase();
      if (!ofConnection.has(key) && !key.startsWith('berth-') && key !== 'content-length') kept.push(name, value);
    }
    if (length !== null) kept.push('content-length', String(length));
    // The host's answer has one already.
    this.#response.sendDate = false;
    this.#response.writeHead(status, kept);
  }

  /** Resolves when there is room for more. */
  write(bytes) {
    if (this.#response.destroyed || this.#response.write(bytes)) return Promise.resolve();
    return new Promise((resolve) => {
      this.#response.once('drain', resolve);
      this.#response.once('close', resolve);
    });
  }

  end() { this.#response.end(); }

  /** The plugin did not answer: says why, or, when it was heard of half, breaks the connection. */
  fail(kind, reason) { this.outcome({ kind, reason }); }

  outcome(outcome) {
    const response = this.#response;
    if (response.headersSent || response.destroyed) {
      // Half an answer cannot be taken back: the connection tells that it is not a whole one.
      response.destroy();
      return;
    }
    const body = JSON.stringify({ status: 0, ...outcome });
    response.writeHead(500, { 'berth-outcome': outcome.kind, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.end(body);
  }
}

/** JSON as the whole answer. */
export function answerJson(response, value) {
  const body = JSON.stringify(value);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
