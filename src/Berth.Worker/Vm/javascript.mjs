// The thread of a JavaScript plugin: a context of its own with its own objects, and the plugin's modules in it.
import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { Subtle, outside } from './outside.mjs';
import { Modules } from './modules.mjs';

const scripts = ['core', 'events', 'text', 'timers', 'url', 'streams', 'bodies', 'crypto', 'berth'];
const timers = new Map();
const subtle = new Subtle();

const context = vm.createContext(Object.create(null), { name: workerData.plugin, codeGeneration: { strings: false, wasm: true } });
const internal = evaluate('core')(Object.setPrototypeOf((op, number, text, bytes) => answer(String(op), Number(number), String(text), bytes), null));
let inside;
for (const script of scripts.slice(1)) inside = evaluate(script)(internal);

const fromInside = {
  log: (level, text) => parentPort.postMessage({ t: 'log', level, text: text.slice(0, 16384) }),
  head: (id, text) => parentPort.postMessage({ t: 'head', id, text }),
  chunk: (id, _, bytes) => parentPort.postMessage({ t: 'chunk', id, bytes: new Uint8Array(bytes) }),
  end: (id) => parentPort.postMessage({ t: 'end', id }),
  fail: (id, text) => parentPort.postMessage({ t: 'fail', id, reason: text.slice(0, 4096) }),
  op: (id, text) => parentPort.postMessage({ t: 'op', id, text }),
  'body.pull': (id) => parentPort.postMessage({ t: 'pull', id }),
  'timer.once': (id, text) => void timers.set(id, setTimeout(() => {
    timers.delete(id);
    inside.fire(id);
  }, Number(text))),
  'timer.every': (id, text) => void timers.set(id, setInterval(() => inside.fire(id), Number(text))),
  'timer.stop': (id) => {
    clearTimeout(timers.get(id));
    timers.delete(id);
  },
  crypto: (id, text) => void subtle.call(text).then(
    (value) => inside.cryptoDone(id, true, value),
    (error) => inside.cryptoDone(id, false, JSON.stringify({ name: String(error?.name), message: String(error?.message) }))),
};

const fromMain = {
  request: ({ id, text }) => inside.request(id, text),
  chunk({ id, bytes }) {
    const own = inside.alloc(bytes.length);
    Uint8Array.prototype.set.call(own, bytes);
    inside.chunk(id, own);
  },
  bodyEnd: ({ id }) => inside.bodyEnd(id),
  more: ({ id }) => inside.more(id),
  abort: ({ id, reason }) => inside.abort(id, reason),
  done: ({ call, isDone, text }) => inside.done(call, isDone, text),
  ping: () => parentPort.postMessage({ t: 'pong' }),
};

process.on('unhandledRejection', (reason) => complain('A promise was rejected and nobody heard of it', reason));
process.on('uncaughtException', (error) => complain('Nobody caught', error));

try {
  const modules = new Modules(workerData.files, context);
  const namespace = await modules.load(workerData.entry);
  if (!inside.adopt(namespace)) throw Object.assign(new Error(`'${workerData.entry}' exports no fetch(request). Write: export default { async fetch(request, berth) { … } }`), { fault: 'plugin.entry_missing' });
  parentPort.on('message', (message) => fromMain[message.t](message));
  parentPort.postMessage({ t: 'loaded' });
} catch (error) {
  const fault = error?.fault === 'plugin.entry_missing' ? error.fault : 'plugin.load_failed';
  parentPort.postMessage({ t: 'fault', code: fault, reason: String(error?.fault ? error.message : inside.describe(error)).slice(0, 4096) });
}

function evaluate(name) {
  const path = new URL(`realm/${name}.js`, import.meta.url);
  return new vm.Script(readFileSync(path, 'utf8'), { filename: `berth:${name}` }).runInContext(context);
}

function answer(op, number, text, bytes) {
  if (Object.hasOwn(outside, op)) return outside[op](number, text, bytes);
  if (Object.hasOwn(fromInside, op)) return void fromInside[op](number, text, bytes);
  return undefined;
}

function complain(what, thrown) {
  let text;
  try {
    text = inside.describe(thrown);
  } catch {
    text = 'something that cannot be described';
  }
  parentPort.postMessage({ t: 'log', level: 4, text: `${what}: ${String(text).slice(0, 8192)}` });
}
