// What the attacks in JavaScript share. Only what `tried` and `node` throw counts as stopped: a fault of an attack's own is none.

export class Stopped extends Error {}

export async function tried(work) {
  try {
    return await work();
  } catch (error) {
    throw new Stopped(`${error?.name}: ${error?.message}`);
  }
}

// A module of Node's, by every way that leads to one.
export async function node(name) {
  const ways = [
    () => import(`node:${name}`),
    () => import(name),
    () => globalThis.require(name),
    () => globalThis.process.getBuiltinModule(name),
    () => globalThis.constructor.constructor('return process')().getBuiltinModule(name),
    () => (async () => {}).constructor('return process')().then((process) => process.getBuiltinModule(name)),
    () => Request.prototype.constructor.constructor('return process')().getBuiltinModule(name),
    () => new Error('x').constructor.constructor('return process')().getBuiltinModule(name),
  ];
  const why = new Set();
  for (const way of ways) {
    try {
      const found = await way();
      if (found) return found.default ?? found;
    } catch (error) {
      why.add(`${error?.message}`);
    }
  }
  throw new Stopped([...why].join('; '));
}

export const attack = (run) => ({
  async fetch(request, berth) {
    const text = new URL(request.url, 'http://host').searchParams.get('target');
    const target = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(text), (character) => character.charCodeAt(0))));
    try {
      const answer = await run(target, berth, request);
      return answer instanceof Response ? answer : new Response(answer);
    } catch (error) {
      if (error instanceof Stopped) return new Response(`stopped: ${error.message}`);
      throw error;
    }
  },
});
