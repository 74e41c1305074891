// The way to the host: HTTP/1.1 over its Unix socket, named by the worker's token.
import http from 'node:http';

const most = 17 << 20;

/** Asks the host. */
export class Broker {
  #agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
  #socket;
  #token;

  constructor({ broker, token }) {
    this.#socket = broker;
    this.#token = token;
  }

  /** → `{ status, text }`; rejects with an `OutcomeError` when the host says why it did not do it. */
  async ask(method, path, body) {
    const response = await this.#send(method, path, body);
    const text = await read(response);
    const kind = response.headers['berth-outcome'];
    if (kind) throw new OutcomeError(JSON.parse(text));
    if (![200, 204, 404].includes(response.statusCode)) throw new OutcomeError({ kind: 'failed', reason: `The host answered ${response.statusCode}.` });
    return { status: response.statusCode, text };
  }

  post(path, message) { return this.ask('POST', path, JSON.stringify(message)); }

  #send(method, path, body, isAgain = false) {
    return new Promise((resolve, reject) => {
      const headers = { host: 'host', 'berth-worker': this.#token };
      if (body !== undefined) Object.assign(headers, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
      const request = http.request({ socketPath: this.#socket, agent: this.#agent, method, path, headers }, resolve);
      request.on('error', (error) => {
        // The host had closed the connection while it was idle, and did not get the request.
        if (request.reusedSocket && error.code === 'ECONNRESET' && !isAgain) resolve(this.#send(method, path, body, true));
        else reject(new OutcomeError({ kind: 'failed', reason: `The host did not answer: ${error.message}` }));
      });
      request.end(body);
    });
  }
}

/** Why the host did not do what it was asked; `outcome` is the protocol's. */
export class OutcomeError extends Error {
  constructor(outcome) {
    super(outcome.reason);
    this.outcome = outcome;
  }
}

async function read(response) {
  const chunks = [];
  let length = 0;
  for await (const chunk of response) {
    length += chunk.length;
    if (length > most) throw new OutcomeError({ kind: 'failed', reason: 'The host said more than is read.' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
