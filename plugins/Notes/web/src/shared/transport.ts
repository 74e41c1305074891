/** What a page may hand to a module: a client that knows the page's way to sign requests. */
export interface Services {
  /** Like `window.fetch`. */
  fetch?: typeof fetch;
  /** A client that takes a path and answers the parsed body. */
  api?: {
    get(path: string): Promise<unknown>;
    post(path: string, body: unknown): Promise<unknown>;
    put(path: string, body: unknown): Promise<unknown>;
    delete(path: string): Promise<unknown>;
  };
}

/** An answer that says no; `reasons` is what the user can change. */
export class Refused extends Error {
  constructor(message: string, readonly code: string, readonly reasons: string[]) {
    super(message);
  }
}

export type Send = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) => Promise<unknown>;

/** Requests below `apiBase` through the page's client, or by plain fetch where the page has none. */
export function transport(services: Services | undefined, apiBase: string): Send {
  const base = apiBase.replace(/\/+$/, '');
  const api = services?.api;
  if (api) {
    return (method, path, body) => {
      switch (method) {
        case 'GET': return api.get(base + path);
        case 'POST': return api.post(base + path, body);
        case 'PUT': return api.put(base + path, body);
        case 'DELETE': return api.delete(base + path);
      }
    };
  }

  const send = services?.fetch ?? ((address, request) => window.fetch(address, request));
  return async (method, path, body) => {
    const response = await send(base + path, {
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!response.ok) throw await refusal(response);
    return response.status === 204 ? undefined : response.json();
  };
}

interface Problem { detail?: string; title?: string; code?: string; errors?: { message: string }[] }

async function refusal(response: Response): Promise<Refused> {
  const problem = (await response.json().catch(() => ({}))) as Problem;
  return new Refused(
    problem.detail ?? problem.title ?? `The server answered ${response.status}.`,
    problem.code ?? `http.${response.status}`,
    problem.errors?.map((error) => error.message) ?? []);
}
