// The worker of the level `vm`: JavaScript and WebAssembly in V8. It speaks the same protocol as berth-worker.dll
// (docs/worker-protocol.md): three listening sockets, a line of JSON on standard input, the host's broker.
import { readFileSync, readdirSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import { join, relative } from 'node:path';
import { Asks } from './asks.mjs';
import { Broker } from './broker.mjs';
import { Exchange, answerJson } from './exchange.mjs';
import { Log } from './log.mjs';
import { Outgoing } from './outgoing.mjs';
import { Reached } from './reached.mjs';
import { ScriptPlugin } from './script-plugin.mjs';
import { PluginThread } from './threads.mjs';
import { WasmPlugin } from './wasm-plugin.mjs';

const protocol = 3;
const exit = { asked: 0, usage: 64, protocol: 65, hardening: 66 };
const sockets = { requests: 3, control: 4, streams: 5 };
const limits = {
  heapMb: 128, stackMb: 4, requestMs: 30_000, patienceMs: 1000, bodyBytes: 16 << 20, answerBytes: 32 << 20, threads: 4,
  ...JSON.parse(process.argv[2] ?? '{}'),
};

let plugin = null;
if (process.argv[3] === '--check') await check();
const server = (answer) => {
  const made = http.createServer({ maxHeaderSize: 256 * 1024, keepAlive: true, keepAliveTimeout: 3_600_000, requestTimeout: 0, headersTimeout: 30_000 }, answer);
  made.maxRequestsPerSocket = 0;
  return made;
};
// Listening before anything is known of the plugin: whoever comes early waits in the socket's queue.
server(serve).listen({ fd: sockets.requests });
http2.createServer({ maxSessionMemory: 64, settings: { initialWindowSize: 1 << 20 } }, serve).listen({ fd: sockets.streams });
server(control).listen({ fd: sockets.control });

const hello = await readHello();
if (hello === null) refuse(exit.usage, 'The host said nothing that this worker understands on standard input. A worker is started by a host, and not by hand.');
if (hello.protocol !== protocol) refuse(exit.protocol, `The host ${hello.host_version} speaks protocol ${hello.protocol}, this worker speaks ${protocol}. Deploy the worker folder that belongs to the host.`);

const broker = new Broker(hello);
const log = new Log(broker, hello.log_level ?? 2);
const loaded = make();
const fault = await loaded.load();
if (fault) {
  await broker.post('/failed', { code: fault.code, reason: `${hello.slug} ${hello.version} cannot run: ${fault.reason}` });
} else {
  plugin = loaded;
  await broker.post('/ready', {
    protocol, worker_version: `vm (Node ${process.versions.node}, V8 ${process.versions.v8})`, added_guards: [], hooks: [], services: [], has_own_lifecycle_manager: false, has_health_checks: true, has_streams: true,
  });
}

// Whether all that a plugin needs works here: a thread, its context, a module in it.
async function check() {
  const files = new Map([['vm/main.mjs', 'export default { async fetch() {} };']]);
  const thread = new PluginThread('./javascript.mjs', { plugin: 'check', entry: 'vm/main.mjs', files }, limits, () => {});
  const problem = await thread.ready;
  if (problem) refuse(exit.hardening, problem.reason);
  process.exit(exit.asked);
}

function make() {
  const given = { hello, limits, log, reached: new Reached(broker), asks: new Asks(broker, hello, new Outgoing(hello)) };
  if (hello.assembly.endsWith('.wasm')) return new WasmPlugin({ ...given, bytes: readFileSync(join(hello.directory, hello.assembly)) });
  return new ScriptPlugin({ ...given, files: sources(join(hello.directory, 'vm')) });
}

function sources(folder) {
  const files = new Map();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile() && /\.(mjs|js|json)$/.test(entry.name)) files.set(relative(hello.directory, path), readFileSync(path, 'utf8'));
  }
  return files;
}

function serve(request, response) {
  const exchange = new Exchange(request, response);
  if (!plugin) {
    exchange.fail('failed', 'The plugin is not loaded.');
    return;
  }
  plugin.handle(exchange).catch((error) => exchange.fail('failed', String(error?.message ?? error)));
}

async function control(request, response) {
  const path = new URL(request.url, 'http://worker').pathname;
  request.resume();
  if (path === '/start' || path === '/stop' || path === '/dispose') {
    response.writeHead(200, { 'content-length': 0 });
    response.end();
    return;
  }
  if (path === '/health' && plugin) {
    const problem = await plugin.health();
    answerJson(response, { entries: [problem === null ? { name: 'plugin', status: 'Healthy' } : { name: 'plugin', status: 'Unhealthy', description: problem }] });
    return;
  }
  new Exchange(request, response).fail('failed', `A plugin at the level vm has nothing for '${path}'.`);
}

function readHello() {
  return new Promise((resolve) => {
    let text = '';
    process.stdin.setEncoding('utf8');
    process.stdin.on('data', (part) => {
      if (text === null) return;
      text += part;
      const end = text.indexOf('\n');
      if (end < 0 && text.length <= 1 << 20) return;
      try {
        resolve(end < 0 ? null : JSON.parse(text.slice(0, end)));
      } catch {
        resolve(null);
      }
      text = null;
    });
    // The host keeps the other end open for as long as it lives.
    process.stdin.on('end', () => {
      if (text !== null) resolve(null);
      else process.exit(exit.asked);
    });
    process.stdin.on('error', () => process.exit(exit.asked));
  });
}

function refuse(code, reason) {
  process.stderr.write(`${reason}\n`);
  process.exit(code);
}
