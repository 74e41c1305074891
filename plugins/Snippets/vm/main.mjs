import { fill, placesOf } from './places.mjs';
import { Snippets, isName } from './snippets.mjs';

const longest = 100_000;

export default {
  async fetch(request, berth) {
    const url = new URL(request.url);
    const [first, name, ...more] = url.pathname.slice(1).split('/').map(decode);
    if (first === 'snippets' && more.length === 0) return name ? one(request, url, name, berth) : all(request, berth);
    if (first === 'render' && name === undefined) return request.method === 'POST' ? filled(await request.text(), url, berth) : wrongMethod('POST');
    return problem(404, 'There is /snippets, /snippets/{name} and /render.');
  },
};

async function all(request, berth) {
  if (request.method !== 'GET' && request.method !== 'HEAD') return wrongMethod('GET');
  const list = await new Snippets(berth.data).all();
  return Response.json(list.map(({ name, text, changed }) => ({ name, length: text.length, places: placesOf(text), changed })));
}

async function one(request, url, name, berth) {
  if (!isName(name)) return problem(400, 'A name has 1 to 100 letters, digits, dots, underscores and hyphens.');
  const snippets = new Snippets(berth.data);
  switch (request.method) {
    case 'GET':
    case 'HEAD': {
      const text = await snippets.find(name);
      if (text === undefined) return problem(404, `You have no snippet '${name}'.`);
      return url.searchParams.has('raw') ? plain(text) : filled(text, url, berth);
    }
    case 'PUT': {
      const text = await request.text();
      if (text.length > longest) return problem(413, `A snippet has at most ${longest} characters.`);
      const isNew = await snippets.keep(name, text);
      return new Response(null, isNew ? { status: 201, headers: { location: `${berth.plugin.base}/snippets/${name}` } } : { status: 204 });
    }
    case 'DELETE':
      return (await snippets.remove(name)) ? new Response(null, { status: 204 }) : problem(404, `You have no snippet '${name}'.`);
    default:
      return wrongMethod('GET, PUT, DELETE');
  }
}

async function filled(text, url, berth) {
  const { signature } = await berth.settings();
  const own = { user: berth.user.name, today: new Date().toISOString().slice(0, 10), signature: signature || berth.user.name };
  const { text: made, missing } = fill(text, { ...own, ...Object.fromEntries(url.searchParams) });
  return missing.length === 0 ? plain(made) : problem(400, `Nothing fills ${missing.join(', ')}. Add ${missing.map((place) => `${place}=…`).join('&')} to the address.`);
}

function plain(text) {
  return new Response(text, { headers: { 'content-type': 'text/plain; charset=utf-8' } });
}

function problem(status, detail) {
  return Response.json({ status, detail }, { status, headers: { 'content-type': 'application/problem+json' } });
}

function wrongMethod(allow) {
  return new Response(JSON.stringify({ status: 405, detail: `Allowed: ${allow}.` }), { status: 405, headers: { allow, 'content-type': 'application/problem+json' } });
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
