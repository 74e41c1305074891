// The Common Gateway Interface, RFC 3875: a request as variables, an answer with a block of headers before it.
const longestHead = 64 * 1024;
const named = new Set(['content-type', 'content-length', 'proxy']);

/** The meta-variables of a request (RFC 3875, 4.1). */
export function variables(exchange, { slug, version }) {
  const question = exchange.target.indexOf('?');
  const path = question < 0 ? exchange.target : exchange.target.slice(0, question);
  const [name, port] = split(exchange.authority, exchange.scheme);
  const all = {
    GATEWAY_INTERFACE: 'CGI/1.1',
    SERVER_PROTOCOL: 'HTTP/1.1',
    SERVER_SOFTWARE: 'Berth',
    SERVER_NAME: name,
    SERVER_PORT: port,
    REQUEST_METHOD: exchange.method,
    SCRIPT_NAME: exchange.base,
    PATH_INFO: decoded(path),
    QUERY_STRING: question < 0 ? '' : exchange.target.slice(question + 1),
    AUTH_TYPE: 'Berth',
    REMOTE_USER: exchange.user.id,
    BERTH_USER_NAME: exchange.user.name ?? '',
    BERTH_USER_ROLES: (exchange.user.roles ?? []).join(','),
    BERTH_PLUGIN: slug,
    BERTH_PLUGIN_VERSION: version,
  };
  for (const [header, value] of exchange.headers) {
    // HTTP_PROXY would be taken for the variable of that name by many programs.
    if (named.has(header)) continue;
    const variable = `HTTP_${header.toUpperCase().replaceAll('-', '_')}`;
    all[variable] = variable in all ? `${all[variable]}, ${value}` : value;
  }
  const type = exchange.headers.find(([header]) => header === 'content-type')?.[1];
  if (type) all.CONTENT_TYPE = type;
  return all;
}

/** Reads what a program writes: the head first, then the body. */
export class CgiAnswer {
  #waiting = Buffer.alloc(0);
  #isHeadRead = false;

  /** → `{ head, body }`: the head once, when it is whole. Throws when it is not one. */
  read(bytes) {
    if (this.#isHeadRead) return { head: null, body: bytes };
    this.#waiting = Buffer.concat([this.#waiting, bytes]);
    const text = this.#waiting.toString('latin1', 0, longestHead);
    const end = /\r?\n\r?\n/.exec(text);
    if (!end) {
      if (this.#waiting.length > longestHead) throw new Error(`its answer does not begin with a block of headers of at most ${longestHead} bytes`);
      return { head: null, body: null };
    }
    this.#isHeadRead = true;
    return { head: parse(text.slice(0, end.index)), body: this.#waiting.subarray(end.index + end[0].length) };
  }

  get isHeadRead() { return this.#isHeadRead; }
}

function parse(text) {
  let status = null;
  const headers = [];
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim();
    const value = line.slice(colon + 1).trim();
    if (colon < 1 || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || /[\0-\x08\x0a-\x1f\x7f]/.test(value)) throw new Error(`its answer begins with '${line.slice(0, 100)}', which is no header`);
    if (name.toLowerCase() === 'status') status = Number(value.split(' ')[0]);
    else headers.push([name, value]);
  }
  const has = (wanted) => headers.some(([name]) => name.toLowerCase() === wanted);
  if (status === null && !has('content-type') && !has('location')) throw new Error('its answer names neither Content-Type nor Location nor Status');
  status ??= has('location') ? 302 : 200;
  if (!Number.isInteger(status) || status < 200 || status > 599) throw new Error('its answer has a Status that is none');
  return { status, headers };
}

function split(authority, scheme) {
  const at = /^(.*?)(?::(\d+))?$/.exec(authority);
  return [at[1], at[2] ?? (scheme === 'https' ? '443' : '80')];
}

function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
