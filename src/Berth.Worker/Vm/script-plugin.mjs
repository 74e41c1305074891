// A JavaScript plugin: one thread for all of its requests, ended and started anew when it does not give the thread back.
import { errorOf } from './asks.mjs';
import { PluginThread } from './threads.mjs';

/** Serves requests with the plugin's `fetch`. */
export class ScriptPlugin {
  #hello;
  #limits;
  #asks;
  #log;
  #reached;
  #files;
  #thread = null;
  #last = 0;
  #doubt = null;
  #restarted = null;

  constructor({ hello, limits, asks, log, reached, files }) {
    Object.assign(this, { name: `${hello.slug} ${hello.version}` });
    [this.#hello, this.#limits, this.#asks, this.#log, this.#reached, this.#files] = [hello, limits, asks, log, reached, files];
  }

  /** → `null`, or `{ code, reason }` why it cannot run. */
  async load() {
    const fault = await this.#start();
    if (fault) return fault;
    this.#watch();
    return null;
  }

  async handle(exchange) {
    // Nobody is sent to a thread that may be about to end.
    while (this.#doubt) await this.#doubt;
    const thread = this.#thread;
    if (await thread.ready) {
      exchange.fail('failed', `${this.name} is being started anew; ask again.`);
      return;
    }
    this.#run(exchange, thread, ++this.#last);
  }

  /** → `null`, or why it is not well. */
  async health() {
    return await this.#thread.answers(2 * this.#limits.patienceMs) ? null : 'the plugin holds its thread and does not answer.';
  }

  #run(exchange, thread, id) {
    const aborter = new AbortController();
    const call = { id: exchange.call, user: exchange.user, signal: aborter.signal };
    const seconds = this.#limits.requestMs / 1000;
    const timer = setTimeout(() => leave('the request took too long', () => exchange.fail('failed', `${this.name} took longer than ${seconds} s for a request, which was ended.`)), this.#limits.requestMs);
    let isOver = false;
    const finish = () => {
      isOver = true;
      clearTimeout(timer);
      thread.remove(id);
      aborter.abort();
    };
    const leave = (reason, say) => {
      if (isOver) return;
      finish();
      say?.();
      thread.send({ t: 'abort', id, reason });
      // Whoever waits gives the thread back; whoever computes without end does not, and stops everybody's requests.
      this.#doubtOf(thread, `it held its thread although ${reason}`);
    };

    exchange.onGone(() => leave('its caller is gone'));
    thread.add(id, {
      user: exchange.user.id,
      lost: (reason) => {
        if (isOver) return;
        finish();
        exchange.fail('failed', `${this.name} was stopped: ${reason}.`);
      },
      message: (message) => {
        try {
          this.#hear(message, { exchange, thread, id, call, finish });
        } catch (error) {
          // The plugin can change what JSON its context writes: then it is no answer.
          finish();
          exchange.fail('failed', `${this.name} answered what is no answer: ${error.message}`);
        }
      },
    });
    thread.send({ t: 'request', id, text: JSON.stringify(this.#facts(exchange)) });
  }

  #hear(message, { exchange, thread, id, call, finish }) {
    switch (message.t) {
      case 'head': {
        const { status, headers, length } = JSON.parse(message.text);
        exchange.head(status, headers, length);
        break;
      }
      case 'chunk':
        void exchange.write(message.bytes).then(() => thread.send({ t: 'more', id }));
        break;
      case 'end':
        finish();
        exchange.end();
        break;
      case 'fail':
        finish();
        this.#reached.failure(message.reason);
        exchange.fail('failed', message.reason);
        break;
      case 'pull':
        void exchange.read().then(
          (bytes) => thread.send(bytes === null ? { t: 'bodyEnd', id } : { t: 'chunk', id, bytes }),
          () => thread.send({ t: 'abort', id, reason: 'the body was cut off' }));
        break;
      case 'op':
        void this.#ask(call, thread, message.text);
        break;
    }
  }

  async #ask(call, thread, text) {
    let number;
    try {
      const { call: asked, op, value } = JSON.parse(text);
      number = asked;
      thread.send({ t: 'done', call: number, isDone: true, text: await this.#asks.answer(call, op, value) });
    } catch (error) {
      thread.send({ t: 'done', call: number, isDone: false, text: JSON.stringify(errorOf(error)) });
    }
  }

  #doubtOf(thread, reason) {
    if (this.#doubt) return;
    const doubt = thread.prove(reason, this.#limits.patienceMs).then(async (answered) => {
      if (!answered) await this.#restarted;
      this.#doubt = null;
    });
    this.#doubt = doubt;
  }

  #facts(exchange) {
    const granted = new Set(exchange.user.granted ?? []);
    return {
      url: `${exchange.scheme}://${exchange.authority}${exchange.target}`,
      method: exchange.method,
      headers: exchange.headers,
      hasBody: exchange.hasBody,
      base: exchange.base,
      user: { id: exchange.user.id, name: exchange.user.name, roles: exchange.user.roles ?? [] },
      plugin: { slug: this.#hello.slug, version: this.#hello.version },
      capabilities: (this.#hello.capabilities ?? []).filter((capability) => granted.has(capability)),
    };
  }

  #start() {
    this.#thread = new PluginThread('./javascript.mjs', { plugin: this.name, entry: this.#hello.assembly, files: this.#files }, this.#limits, (level, text, user) => this.#log.write(level, text, user), () => this.#reached.memory());
    return this.#thread.ready;
  }

  async #again(reason) {
    process.stderr.write(`${this.name} was stopped: ${reason}.\n`);
    this.#log.write(3, `It was stopped: ${reason}. It starts anew.`);
    const fault = await this.#start();
    if (fault) {
      // The host has the back-off and the crash budget.
      process.stderr.write(`${this.name} does not start any more: ${fault.reason}\n`);
      process.exit(70);
    }
    this.#watch();
  }

  #watch() {
    const { ended } = this.#thread;
    this.#restarted = ended.then((reason) => this.#again(reason));
  }
}
