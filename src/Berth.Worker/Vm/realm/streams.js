// ReadableStream, WritableStream, TransformStream: https://streams.spec.whatwg.org/ without byte streams' own readers (BYOB)
// and without sizes: what a queue counts is chunks.
(function (internal) {
  'use strict';

  const deferred = () => {
    const made = {};
    made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
    made.promise.catch(() => {});
    return made;
  };
  const highWaterMark = (strategy, otherwise) => Number(strategy?.highWaterMark ?? otherwise);

  class ReadableStream {
    #state = 'readable'; #error; #queue = []; #reads = []; #closing = false; #pulling = false; #again = false; #started = false;
    #source; #mark; #reader = null; #closed = deferred(); #controller;
    constructor(source = {}, strategy = {}) {
      this.#source = source;
      this.#mark = highWaterMark(strategy, 1);
      const stream = this;
      const controller = Object.freeze({
        get desiredSize() { return stream.#state === 'readable' ? stream.#mark - stream.#queue.length : 0; },
        enqueue(chunk) { stream.#enqueue(chunk); },
        close() { stream.#close(); },
        error(reason) { stream.#fail(reason); },
      });
      this.#controller = controller;
      Promise.resolve(source.start?.(controller)).then(() => {
        this.#started = true;
        this.#pull();
      }, (error) => this.#fail(error));
    }
    static from(items) {
      const iterator = items[Symbol.asyncIterator]?.() ?? items[Symbol.iterator]();
      return new ReadableStream({
        async pull(controller) {
          const { value, done } = await iterator.next();
          if (done) controller.close();
          else controller.enqueue(await value);
        },
        async cancel(reason) { await iterator.return?.(reason); },
      }, { highWaterMark: 0 });
    }
    get locked() { return this.#reader !== null; }
    getReader() { return new ReadableStreamDefaultReader(this); }
    async cancel(reason) {
      if (this.locked) throw new TypeError('The stream is locked to a reader.');
      await this.#cancel(reason);
    }
    async *values({ preventCancel = false } = {}) {
      const reader = this.getReader();
      let isDone = false;
      try {
        while (true) {
          const { value, done } = await reader.read();
          if (done) {
            isDone = true;
            return;
          }
          yield value;
        }
      } finally {
        if (!isDone && !preventCancel) await reader.cancel().catch(() => {});
        reader.releaseLock();
      }
    }
    [Symbol.asyncIterator](options) { return this.values(options); }
    async pipeTo(target, { preventClose = false, preventAbort = false, preventCancel = false, signal } = {}) {
      const reader = this.getReader();
      const writer = target.getWriter();
      try {
        while (true) {
          signal?.throwIfAborted();
          await writer.ready;
          const { value, done } = await reader.read();
          if (done) break;
          await writer.write(value);
        }
        if (!preventClose) await writer.close();
      } catch (error) {
        if (!preventCancel) await reader.cancel(error).catch(() => {});
        if (!preventAbort) await writer.abort(error).catch(() => {});
        throw error;
      } finally {
        reader.releaseLock();
        writer.releaseLock();
      }
    }
    pipeThrough({ readable, writable }, options) {
      this.pipeTo(writable, options).catch(() => {});
      return readable;
    }
    tee() {
      const reader = this.getReader();
      const controllers = [];
      const cancelled = [false, false];
      let reading = false;
      const pull = async () => {
        if (reading) return;
        reading = true;
        try {
          const { value, done } = await reader.read();
          controllers.forEach((controller, i) => {
            if (cancelled[i]) return;
            if (done) controller.close();
            else controller.enqueue(value);
          });
        } catch (error) {
          for (const controller of controllers) controller.error(error);
        } finally {
          reading = false;
        }
      };
      return [0, 1].map((i) => new ReadableStream({
        start(controller) { controllers[i] = controller; },
        pull,
        async cancel(reason) {
          cancelled[i] = true;
          if (cancelled[0] && cancelled[1]) await reader.cancel(reason);
        },
      }, { highWaterMark: 0 }));
    }

    #enqueue(chunk) {
      if (this.#state !== 'readable' || this.#closing) throw new TypeError('The stream is closed.');
      if (this.#reads.length > 0) this.#reads.shift().resolve({ value: chunk, done: false });
      else this.#queue.push(chunk);
      this.#pull();
    }
    #close() {
      if (this.#state !== 'readable' || this.#closing) throw new TypeError('The stream is closed.');
      this.#closing = true;
      if (this.#queue.length === 0) this.#end();
    }
    #end() {
      this.#state = 'closed';
      for (const read of this.#reads.splice(0)) read.resolve({ value: undefined, done: true });
      this.#closed.resolve();
    }
    #fail(error) {
      if (this.#state !== 'readable') return;
      [this.#state, this.#error] = ['errored', error];
      this.#queue.length = 0;
      for (const read of this.#reads.splice(0)) read.reject(error);
      this.#closed.reject(error);
    }
    #pull() {
      const wanted = this.#reads.length > 0 || this.#mark - this.#queue.length > 0;
      if (!this.#started || this.#state !== 'readable' || this.#closing || !wanted || !this.#source.pull) return;
      if (this.#pulling) {
        this.#again = true;
        return;
      }
      this.#pulling = true;
      (async () => this.#source.pull(this.#controller))().then(() => {
        this.#pulling = false;
        if (this.#again) {
          this.#again = false;
          this.#pull();
        }
      }, (error) => this.#fail(error));
    }
    #read() {
      if (this.#queue.length > 0) {
        const value = this.#queue.shift();
        if (this.#closing && this.#queue.length === 0) this.#end();
        else this.#pull();
        return Promise.resolve({ value, done: false });
      }
      if (this.#state === 'closed') return Promise.resolve({ value: undefined, done: true });
      if (this.#state === 'errored') return Promise.reject(this.#error);
      const read = deferred();
      this.#reads.push(read);
      this.#pull();
      return read.promise;
    }
    async #cancel(reason) {
      if (this.#state === 'closed') return;
      if (this.#state === 'errored') throw this.#error;
      this.#queue.length = 0;
      this.#end();
      await this.#source.cancel?.(reason);
    }
    static _reader = {
      lock(stream, reader) {
        if (!(#state in stream)) throw new TypeError('That is no ReadableStream.');
        if (stream.#reader) throw new TypeError('The stream is locked to a reader.');
        stream.#reader = reader;
      },
      release: (stream) => { stream.#reader = null; },
      read: (stream) => stream.#read(),
      cancel: (stream, reason) => stream.#cancel(reason),
      closed: (stream) => stream.#closed.promise,
    };
  }
  const access = ReadableStream._reader;
  delete ReadableStream._reader;

  class ReadableStreamDefaultReader {
    #stream;
    constructor(stream) {
      access.lock(stream, this);
      this.#stream = stream;
    }
    get closed() { return access.closed(this.#held()); }
    async read() { return access.read(this.#held()); }
    async cancel(reason) { return access.cancel(this.#held(), reason); }
    releaseLock() {
      if (this.#stream) access.release(this.#stream);
      this.#stream = null;
    }
    #held() {
      if (!this.#stream) throw new TypeError('The reader has let go of its stream.');
      return this.#stream;
    }
  }

  class WritableStream {
    #sink; #mark; #state = 'writable'; #error; #chain; #waiting = 0; #writer = null; #ready = deferred(); #closed = deferred(); #aborter = new AbortController(); #controller;
    constructor(sink = {}, strategy = {}) {
      [this.#sink, this.#mark] = [sink, highWaterMark(strategy, 1)];
      this.#ready.resolve();
      const signal = this.#aborter.signal;
      this.#controller = Object.freeze({ signal, error: (reason) => this.#fail(reason) });
      this.#chain = Promise.resolve(sink.start?.(this.#controller));
      this.#chain.catch((error) => this.#fail(error));
    }
    get locked() { return this.#writer !== null; }
    getWriter() { return new WritableStreamDefaultWriter(this); }
    close() { return this.locked ? Promise.reject(new TypeError('The stream is locked to a writer.')) : this.#close(); }
    abort(reason) { return this.locked ? Promise.reject(new TypeError('The stream is locked to a writer.')) : this.#abort(reason); }
    #write(chunk) {
      if (this.#state !== 'writable') return Promise.reject(this.#error ?? new TypeError('The stream is closed.'));
      if (++this.#waiting === this.#mark) this.#ready = deferred();
      const written = this.#chain.then(() => {
        if (this.#state === 'errored') throw this.#error;
        return this.#sink.write?.(chunk, this.#controller);
      }).then(() => {
        if (--this.#waiting < this.#mark) this.#ready.resolve();
      });
      this.#chain = written.catch((error) => this.#fail(error));
      return written;
    }
    #close() {
      if (this.#state !== 'writable') return Promise.reject(this.#error ?? new TypeError('The stream is closed.'));
      this.#state = 'closing';
      const ended = this.#chain.then(() => {
        if (this.#state === 'errored') throw this.#error;
        return this.#sink.close?.();
      }).then(() => {
        this.#state = 'closed';
        this.#closed.resolve();
      });
      ended.catch((error) => this.#fail(error));
      return ended;
    }
    async #abort(reason) {
      if (this.#state === 'closed' || this.#state === 'errored') return;
      this.#fail(reason);
      this.#aborter.abort(reason);
      await this.#sink.abort?.(reason);
    }
    #fail(error) {
      if (this.#state === 'closed' || this.#state === 'errored') return;
      [this.#state, this.#error] = ['errored', error];
      this.#ready.promise.catch(() => {});
      this.#ready.reject(error);
      this.#closed.reject(error);
    }
    static _writer = {
      lock(stream, writer) {
        if (!(#sink in stream)) throw new TypeError('That is no WritableStream.');
        if (stream.#writer) throw new TypeError('The stream is locked to a writer.');
        stream.#writer = writer;
      },
      release: (stream) => { stream.#writer = null; },
      write: (stream, chunk) => stream.#write(chunk),
      close: (stream) => stream.#close(),
      abort: (stream, reason) => stream.#abort(reason),
      ready: (stream) => stream.#ready.promise,
      closed: (stream) => stream.#closed.promise,
      room: (stream) => (stream.#state === 'errored' ? null : stream.#mark - stream.#waiting),
    };
  }
  const sinks = WritableStream._writer;
  delete WritableStream._writer;

  class WritableStreamDefaultWriter {
    #stream;
    constructor(stream) {
      sinks.lock(stream, this);
      this.#stream = stream;
    }
    get closed() { return sinks.closed(this.#held()); }
    get ready() { return sinks.ready(this.#held()); }
    get desiredSize() { return sinks.room(this.#held()); }
    async write(chunk) { return sinks.write(this.#held(), chunk); }
    async close() { return sinks.close(this.#held()); }
    async abort(reason) { return sinks.abort(this.#held(), reason); }
    releaseLock() {
      if (this.#stream) sinks.release(this.#stream);
      this.#stream = null;
    }
    #held() {
      if (!this.#stream) throw new TypeError('The writer has let go of its stream.');
      return this.#stream;
    }
  }

  class TransformStream {
    #readable; #writable;
    constructor(transformer = {}, writableStrategy = {}, readableStrategy = {}) {
      let controller;
      let room = deferred();
      this.#readable = new ReadableStream({
        start(made) { controller = made; },
        pull() {
          room.resolve();
          room = deferred();
        },
        cancel: (reason) => transformer.cancel?.(reason),
      }, { highWaterMark: highWaterMark(readableStrategy, 0) });
      const own = Object.freeze({
        get desiredSize() { return controller.desiredSize; },
        enqueue: (chunk) => controller.enqueue(chunk),
        error: (reason) => controller.error(reason),
        terminate: () => controller.close(),
      });
      this.#writable = new WritableStream({
        start: () => transformer.start?.(own),
        async write(chunk) {
          try {
            if (transformer.transform) await transformer.transform(chunk, own);
            else own.enqueue(chunk);
          } catch (error) {
            controller.error(error);
            throw error;
          }
          if (controller.desiredSize < 0) await room.promise;
        },
        async close() {
          await transformer.flush?.(own);
          controller.close();
        },
        abort: (reason) => controller.error(reason),
      }, writableStrategy);
    }
    get readable() { return this.#readable; }
    get writable() { return this.#writable; }
  }

  class TextEncoderStream extends TransformStream {
    constructor() {
      const encoder = new TextEncoder();
      super({ transform: (text, controller) => controller.enqueue(encoder.encode(text)) });
    }
  }

  class TextDecoderStream extends TransformStream {
    constructor(label, options) {
      const decoder = new TextDecoder(label, options);
      super({
        transform: (bytes, controller) => controller.enqueue(decoder.decode(bytes, { stream: true })),
        flush: (controller) => {
          const rest = decoder.decode();
          if (rest) controller.enqueue(rest);
        },
      });
    }
  }

  for (const [name, value] of Object.entries({ ReadableStream, ReadableStreamDefaultReader, WritableStream, WritableStreamDefaultWriter, TransformStream, TextEncoderStream, TextDecoderStream })) internal.define(name, value);
})
