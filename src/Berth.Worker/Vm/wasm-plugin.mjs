// A WebAssembly plugin: a few threads, each with one request at a time.
import { errorOf } from './asks.mjs';
import { CgiAnswer, variables } from './cgi.mjs';
import { PluginThread } from './threads.mjs';
import { Wasi } from './wasi.mjs';

const offered = { wasi_snapshot_preview1: new Set(Object.keys(new Wasi({ args: [], env: {}, stdin: null, out: null }).imports)), berth: new Set(['ask', 'answer']) };

/** Serves requests by running the plugin's program once for each. */
export class WasmPlugin {
  #hello;
  #limits;
  #asks;
  #log;
  #reached;
  #bytes;
  #module = null;
  #threads = new Set();
  #idle = [];
  #waiting = [];
  #last = 0;

  constructor({ hello, limits, asks, log, reached, bytes }) {
    Object.assign(this, { name: `${hello.slug} ${hello.version}` });
    [this.#hello, this.#limits, this.#asks, this.#log, this.#reached, this.#bytes] = [hello, limits, asks, log, reached, bytes];
  }

  async load() {
    try {
      this.#module = await WebAssembly.compile(this.#bytes);
    } catch (error) {
      return { code: 'plugin.load_failed', reason: `${this.#hello.assembly} is not WebAssembly that can run here: ${error.message}` };
    }
    this.#bytes = null;
    const unknown = WebAssembly.Module.imports(this.#module).filter(({ module, name, kind }) => kind !== 'function' || !offered[module]?.has(name));
    if (unknown.length > 0) {
      const names = unknown.slice(0, 10).map(({ module, name }) => `${module}.${name}`).join(', ');
      return { code: 'plugin.load_failed', reason: `${this.#hello.assembly} imports ${names}, which nobody offers here. Compile it for wasm32-wasi (preview 1).` };
    }
    const exported = new Set(WebAssembly.Module.exports(this.#module).map(({ name }) => name));
    const lacking = ['_start', 'memory'].filter((name) => !exported.has(name));
    if (lacking.length > 0) return { code: 'plugin.entry_missing', reason: `${this.#hello.assembly} does not export ${lacking.join(' and ')}. Compile it as a command for wasm32-wasi (preview 1).` };
    const first = this.#add();
    const fault = await first.ready;
    if (!fault) this.#idle.push(first);
    return fault;
  }

  async handle(exchange) {
    const stdin = await this.#body(exchange);
    if (stdin === null) {
      exchange.outcome({ kind: 'bad_request', status: 413, reason: `The body is larger than the ${this.#limits.bodyBytes} bytes that ${this.name} takes.` });
      return;
    }
    const job = { exchange, stdin, isGone: false, thread: null };
    exchange.onGone(() => {
      job.isGone = true;
      job.thread?.stop('the caller of its request is gone');
    });
    const thread = this.#idle.pop() ?? (this.#threads.size < this.#limits.threads ? this.#add() : null);
    if (thread) void this.#run(thread, job);
    else this.#waiting.push(job);
  }

  async health() { return null; }

  async #body(exchange) {
    if (!exchange.hasBody) return new Uint8Array(0);
    const chunks = [];
    let length = 0;
    for (let chunk = await exchange.read(); chunk !== null; chunk = await exchange.read()) {
      length += chunk.length;
      if (length > this.#limits.bodyBytes) return null;
      chunks.push(chunk);
    }
    return new Uint8Array(Buffer.concat(chunks));
  }

  async #run(thread, job) {
    const { exchange, stdin } = job;
    job.thread = thread;
    const fault = await thread.ready;
    if (fault || job.isGone) {
      if (fault) exchange.fail('failed', `${this.name} was stopped: ${fault.reason}.`);
      this.#next(thread);
      return;
    }
    const id = ++this.#last;
    const aborter = new AbortController();
    const call = { id: exchange.call, user: exchange.user, signal: aborter.signal };
    const timer = setTimeout(() => thread.stop(`it took longer than ${this.#limits.requestMs / 1000} s for a request`), this.#limits.requestMs);
    const finish = () => {
      clearTimeout(timer);
      aborter.abort();
      job.thread = null;
      thread.remove(id);
      this.#next(thread);
    };
    const answer = new CgiAnswer();
    let problem = null;
    thread.add(id, {
      user: exchange.user.id,
      lost: (reason) => {
        finish();
        if (!job.isGone) exchange.fail('failed', `${this.name} was stopped: ${reason}.`);
      },
      message: (message) => {
        if (message.isFull) this.#reached.memory();
        switch (message.t) {
          case 'out':
            problem ??= this.#write(exchange, answer, message.bytes);
            break;
          case 'op':
            void this.#ask(call, thread, message);
            break;
          case 'exit':
            finish();
            this.#end(exchange, answer, problem ?? (message.code === 0 ? null : `it ended with code ${message.code}`));
            break;
          case 'fail':
            finish();
            this.#reached.failure(message.reason);
            this.#end(exchange, answer, message.reason);
            break;
        }
      },
    });
    thread.send({ t: 'run', id, env: { ...variables(exchange, this.#hello), ...(exchange.hasBody ? { CONTENT_LENGTH: String(stdin.length) } : {}) }, stdin, answerBytes: this.#limits.answerBytes, memoryBytes: this.#limits.heapMb * 2 ** 20 });
  }

  #write(exchange, answer, bytes) {
    try {
      const { head, body } = answer.read(Buffer.from(bytes));
      if (head) exchange.head(head.status, head.headers, null);
      if (body?.length > 0 && exchange.method !== 'HEAD') void exchange.write(body);
      return null;
    } catch (error) {
      return error.message;
    }
  }

  #end(exchange, answer, problem) {
    problem ??= answer.isHeadRead ? null : 'it ended without an answer';
    if (problem) exchange.fail('failed', `${this.name}: ${problem}.`);
    else exchange.end();
  }

  async #ask(call, thread, { text, mark }) {
    let answered;
    try {
      const { op, value = {} } = JSON.parse(text);
      answered = `{"ok":${await this.#asks.answer(call, op, value)}}`;
    } catch (error) {
      answered = JSON.stringify({ error: errorOf(error) });
    }
    thread.send({ t: 'done', text: answered });
    Atomics.store(new Int32Array(mark), 0, 1);
    Atomics.notify(new Int32Array(mark), 0);
  }

  #next(thread) {
    if (!thread.isAlive) {
      this.#threads.delete(thread);
      if (this.#waiting.length === 0) return;
      thread = this.#add();
    }
    const job = this.#waiting.shift();
    if (job) void this.#run(thread, job);
    else this.#idle.push(thread);
  }

  #add() {
    const thread = new PluginThread('./webassembly.mjs', { module: this.#module, plugin: this.#hello.slug }, this.#limits, (level, text, user) => this.#log.write(level, text, user), () => this.#reached.memory());
    this.#threads.add(thread);
    void thread.ended.then((reason) => {
      this.#threads.delete(thread);
      this.#idle = this.#idle.filter((one) => one !== thread);
      this.#log.write(3, `A thread was stopped: ${reason}.`);
    });
    return thread;
  }
}
