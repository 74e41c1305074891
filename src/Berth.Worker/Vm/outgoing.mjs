// Requests of the plugin to the outside, through the host's proxy: the one way there is. The proxy decides where to.
import http from 'node:http';
import net from 'node:net';
import tls from 'node:tls';
import { OutcomeError } from './broker.mjs';

const most = 10 << 20;
const mostRedirects = 5;
const longestReason = 4096;
const hidden = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'keep-alive', 'proxy-authorization', 'proxy-connection', 'expect']);

/** Fetches through the proxy's Unix socket by CONNECT, which says in whose call. */
export class Outgoing {
  #proxy;
  #token;

  constructor({ network_proxy: proxy, token }) {
    this.#proxy = proxy;
    this.#token = token;
  }

  async fetch({ method, url, headers, body, redirect }, call) {
    if (!this.#proxy) throw new OutcomeError({ kind: 'capability_denied', subject: 'network:http-client', reason: 'The host has no proxy for outgoing requests, so there is no way out.' });
    let at = new URL(url);
    let hops = 0;
    while (true) {
      const answer = await this.#once(method, at, headers, body, call);
      const location = [301, 302, 303, 307, 308].includes(answer.status) && answer.headers.find(([name]) => name === 'location')?.[1];
      if (!location || redirect === 'manual') return { ...answer, url: at.href, redirected: hops > 0 };
      if (redirect === 'error' || ++hops > mostRedirects) throw new OutcomeError({ kind: 'failed', reason: `${at.origin} redirects ${redirect === 'error' ? 'and the request does not follow' : 'too often'}.` });
      const next = new URL(location, at);
      // What was meant for one server is not for the next.
      if (next.origin !== at.origin) headers = headers.filter(([name]) => !['authorization', 'cookie'].includes(name.toLowerCase()));
      if (answer.status === 303 || (answer.status < 303 && method === 'POST')) [method, body] = [method === 'HEAD' ? 'HEAD' : 'GET', null];
      at = next;
    }
  }

  async #once(method, url, headers, body, call) {
    const { signal } = call;
    if (!['http:', 'https:'].includes(url.protocol)) throw new OutcomeError({ kind: 'bad_argument', reason: `Only http and https are fetched, not '${url.protocol}'.` });
    const isSecure = url.protocol === 'https:';
    const port = Number(url.port || (isSecure ? 443 : 80));
    const host = url.hostname.replace(/^\[|\]$/g, '');
    let socket = await this.#connect(url.hostname, port, call);
    if (isSecure) socket = tls.connect({ socket, servername: net.isIP(host) ? undefined : host, host, ALPNProtocols: ['http/1.1'] });
    return new Promise((resolve, reject) => {
      const fail = (error) => {
        socket.destroy();
        reject(error instanceof OutcomeError ? error : new OutcomeError({ kind: 'failed', reason: `${url.origin}: ${error.message}` }));
      };
      const kept = headers.filter(([name]) => !hidden.has(name.toLowerCase()));
      const bytes = body === null ? null : Buffer.from(body, 'base64');
      const request = http.request({
        method, path: `${url.pathname}${url.search}`, setHost: false, createConnection: () => socket, signal,
        headers: [['host', url.host], ...kept, ...(bytes ? [['content-length', String(bytes.length)]] : []), ['connection', 'close']].flat(),
      });
      request.on('error', fail);
      request.on('response', (response) => {
        const chunks = [];
        let length = 0;
        response.on('data', (chunk) => {
          length += chunk.length;
          if (length > most) fail(new OutcomeError({ kind: 'failed', reason: `${url.origin} sent more than ${most >> 20} MB.` }));
          else chunks.push(chunk);
        });
        response.on('error', fail);
        response.on('end', () => {
          socket.destroy();
          const raw = response.rawHeaders;
          const pairs = raw.flatMap((name, i) => (i % 2 === 0 && !hidden.has(name.toLowerCase()) ? [[name.toLowerCase(), raw[i + 1]]] : []));
          resolve({ status: response.statusCode, status_text: response.statusMessage ?? '', headers: pairs, body: Buffer.concat(chunks).toString('base64') });
        });
      });
      request.end(bytes ?? undefined);
    });
  }

  #connect(host, port, { id, signal }) {
    return new Promise((resolve, reject) => {
      const target = `${host}:${port}`;
      const request = http.request({ socketPath: this.#proxy, method: 'CONNECT', path: target, headers: { host: target, 'berth-worker': this.#token, 'berth-call': id }, agent: false, signal });
      request.on('error', (error) => reject(new OutcomeError({ kind: 'failed', reason: `The host's proxy did not answer: ${error.message}` })));
      request.on('connect', (response, socket, head) => {
        if (response.statusCode === 200) {
          if (head.length > 0) socket.unshift(head);
          resolve(socket);
          return;
        }
        void refusal(response, socket, head).then(reject);
      });
      request.end();
    });
  }
}

// The proxy says a status, a code and why; 403 is what may not be, everything else what cannot be.
async function refusal(response, socket, head) {
  let text = head.toString('utf8');
  try {
    for await (const part of socket) {
      text += part.toString('utf8');
      if (text.length > longestReason) break;
    }
  } catch {
    // What was said until then is told.
  }
  const code = response.headers['berth-network'] ?? 'network.unreachable';
  const reason = text.trim().replace(`${code}: `, '');
  return response.statusCode === 403
    ? new OutcomeError({ kind: 'capability_denied', subject: 'network:http-client', code, reason: `Capability 'network:http-client' ${['network.not_granted', 'network.no_call'].includes(code) ? 'is not in force' : 'is in force, but does not permit this'}: ${reason}` })
    : new OutcomeError({ kind: 'failed', code, reason });
}
