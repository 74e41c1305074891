// One thread of a plugin with what it works on. It is ended when it uses too much or does not answer, and started anew.
import { Worker } from 'node:worker_threads';

// Node's exit code for an await at the top level that nothing can end.
const neverSettled = 13;

/** A thread and its jobs, by number. A job has `message(m)` for what the thread says of it, and `lost(reason)` for its end. */
export class PluginThread {
  #worker;
  #jobs = new Map();
  #onLog;
  #ended = null;
  #asking = null;
  #why = null;

  /**
   * @param {string} script The thread's file beside this one.
   * @param {object} data What it is given.
   * @param {{ heapMb: number, stackMb: number }} limits Its bounds.
   * @param {(level: number, text: string) => void} onLog Where its log goes.
   * @param {() => void} onHeapSpent Told when its heap was too small for it.
   */
  constructor(script, data, limits, onLog, onHeapSpent = () => {}) {
    this.#onLog = onLog;
    this.limits = limits;
    this.#worker = new Worker(new URL(script, import.meta.url), {
      workerData: data,
      env: {},
      argv: [],
      stdin: false,
      stdout: true,
      stderr: true,
      trackUnmanagedFds: false,
      resourceLimits: { maxOldGenerationSizeMb: limits.heapMb, maxYoungGenerationSizeMb: Math.max(1, Math.min(16, limits.heapMb >> 2)), codeRangeSizeMb: 16, stackSizeMb: limits.stackMb },
    });
    this.ready = new Promise((resolve) => {
      this.#worker.on('message', (message) => this.#hear(message, resolve));
      this.#worker.on('error', (error) => {
        if (error?.code === 'ERR_WORKER_OUT_OF_MEMORY') onHeapSpent();
        this.#why ??= this.#describe(error);
      });
      this.#worker.on('exit', (code) => this.#end(this.#why ?? (code === neverSettled ? 'its modules wait at their top level for what never comes' : `its thread ended with code ${code}`), resolve));
    });
    this.#worker.stderr.on('data', (text) => onLog(3, String(text)));
    this.#worker.stdout.on('data', (text) => onLog(2, String(text)));
  }

  /** Resolves with the reason when the thread is no more. */
  get ended() { return (this.#ended ??= defer()).promise; }

  get isAlive() { return this.#worker !== null; }

  get jobs() { return this.#jobs.size; }

  add(id, job) { this.#jobs.set(id, job); }

  remove(id) { this.#jobs.delete(id); }

  send(message) { this.#worker?.postMessage(message); }

  stop(reason) {
    this.#why ??= reason;
    void this.#worker?.terminate();
  }

  /** Whether it answers within the time: one that lives does so at once, one in an endless loop never. */
  async answers(milliseconds) {
    if (!this.#worker) return false;
    this.#asking ??= defer();
    const { promise } = this.#asking;
    this.send({ t: 'ping' });
    let timer;
    const late = new Promise((resolve) => { timer = setTimeout(resolve, milliseconds, false); });
    const isAlive = await Promise.race([promise, late, this.ended.then(() => false)]);
    clearTimeout(timer);
    return isAlive;
  }

  /** Ends it when it does not answer. */
  async prove(reason, milliseconds) {
    if (await this.answers(milliseconds)) return true;
    this.stop(reason);
    return false;
  }

  #hear(message, resolve) {
    switch (message.t) {
      case 'loaded':
        resolve(null);
        return;
      case 'fault':
        resolve({ code: message.code, reason: message.reason });
        return;
      case 'log':
        this.#onLog(message.level, message.text, message.id === undefined ? undefined : this.#jobs.get(message.id)?.user);
        return;
      case 'pong':
        this.#asking?.resolve(true);
        this.#asking = null;
        return;
      default:
        this.#jobs.get(message.id)?.message(message);
    }
  }

  #end(reason, resolve) {
    this.#worker = null;
    resolve({ code: 'plugin.load_failed', reason });
    for (const job of this.#jobs.values()) job.lost(reason);
    this.#jobs.clear();
    (this.#ended ??= defer()).resolve(reason);
  }

  #describe(error) {
    return error?.code === 'ERR_WORKER_OUT_OF_MEMORY' ? `it used more than its heap of ${this.limits.heapMb} MB, and was ended` : `its thread ended: ${error?.message ?? error}`;
  }
}

function defer() {
  const made = {};
  made.promise = new Promise((resolve) => { made.resolve = resolve; });
  return made;
}
