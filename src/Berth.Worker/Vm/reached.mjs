// Limits that a plugin came to, on their way to the host. Counted here, so that a loop of them is a few messages.
const pauseMs = 1000;

// What V8 says when memory outside of the heap is not to be had.
const lacksMemory = /Array buffer allocation failed|could not allocate memory|Cannot allocate Wasm memory/;

/** Counts and tells. */
export class Reached {
  #broker;
  #counts = {};
  #timer = null;

  constructor(broker) {
    this.#broker = broker;
  }

  /** The plugin's own memory: its heap, a WebAssembly memory, array buffers. */
  memory() {
    this.#counts.managed_memory = (this.#counts.managed_memory ?? 0) + 1;
    // The first at once; what comes within the pause goes together.
    if (this.#timer === null) this.#tell();
  }

  /** Looks at why something failed. */
  failure(reason) {
    if (lacksMemory.test(reason)) this.memory();
  }

  #tell() {
    const counts = this.#counts;
    this.#counts = {};
    // The host is going, or refuses a flood: what it does not hear of it does not need.
    void this.#broker.post('/limits', counts).catch(() => {});
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (Object.keys(this.#counts).length > 0) this.#tell();
    }, pauseMs);
    this.#timer.unref();
  }
}
