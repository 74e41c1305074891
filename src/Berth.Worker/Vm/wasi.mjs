// WASI preview 1 (https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md), as little of it as a request needs:
// arguments, variables, clocks, random numbers, standard input, output and error. No folder is ever open, so every path leads
// nowhere; there are no sockets. Written here and not taken from node:wasi, which has the whole file system behind it.
const errno = { success: 0, badf: 8, inval: 28, nosys: 52, spipe: 70, notcapable: 76 };
const fileTypeStream = 6;

/** The program ended by itself. */
export class Exit extends Error {
  constructor(code) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/** One run of one program. */
export class Wasi {
  #args;
  #environ;
  #stdin;
  #read = 0;
  #out;
  #open = new Set([0, 1, 2]);
  #memory;

  /** `out(descriptor, bytes)` hears what is written to 1 and 2. */
  constructor({ args, env, stdin, out }) {
    this.#args = args.map(text);
    this.#environ = Object.entries(env).map(([name, value]) => text(`${name}=${value}`));
    [this.#stdin, this.#out] = [stdin, out];
  }

  /** Runs `_start` and gives the exit code. */
  run(instance) {
    this.#memory = instance.exports.memory;
    try {
      instance.exports._start();
      return 0;
    } catch (error) {
      if (error instanceof Exit) return error.code;
      throw error;
    }
  }

  bytes(pointer, length) { return new Uint8Array(this.#memory.buffer, pointer >>> 0, length >>> 0); }

  get #view() { return new DataView(this.#memory.buffer); }

  /** The functions of `wasi_snapshot_preview1`. */
  get imports() {
    const nowhere = () => errno.badf;
    const forbidden = () => errno.notcapable;
    return {
      args_get: (list, buffer) => this.#texts(this.#args, list, buffer),
      args_sizes_get: (count, size) => this.#sizes(this.#args, count, size),
      environ_get: (list, buffer) => this.#texts(this.#environ, list, buffer),
      environ_sizes_get: (count, size) => this.#sizes(this.#environ, count, size),
      clock_res_get: (_, result) => this.#u64(result, 1_000_000n),
      clock_time_get: (clock, _, result) => this.#u64(result, clock === 0 ? BigInt(Date.now()) * 1_000_000n : BigInt(Math.round(performance.now() * 1e6))),
      random_get: (pointer, length) => {
        const bytes = this.bytes(pointer, length);
        for (let at = 0; at < bytes.length; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
        return errno.success;
      },
      fd_read: (fd, list, count, result) => this.#readInto(fd, list, count, result),
      fd_write: (fd, list, count, result) => this.#write(fd, list, count, result),
      fd_close: (fd) => (this.#open.delete(fd) ? errno.success : errno.badf),
      fd_fdstat_get: (fd, result) => this.#stat(fd, result),
      fd_fdstat_set_flags: (fd) => (this.#open.has(fd) ? errno.success : errno.badf),
      fd_filestat_get: (fd, result) => {
        if (!this.#open.has(fd)) return errno.badf;
        this.bytes(result, 64).fill(0);
        this.#view.setUint8((result >>> 0) + 16, fileTypeStream);
        return errno.success;
      },
      fd_seek: (fd) => (this.#open.has(fd) ? errno.spipe : errno.badf),
      fd_tell: (fd) => (this.#open.has(fd) ? errno.spipe : errno.badf),
      fd_sync: (fd) => (this.#open.has(fd) ? errno.success : errno.badf),
      fd_datasync: (fd) => (this.#open.has(fd) ? errno.success : errno.badf),
      fd_prestat_get: nowhere,
      fd_prestat_dir_name: nowhere,
      fd_advise: nowhere, fd_allocate: nowhere, fd_fdstat_set_rights: nowhere, fd_filestat_set_size: nowhere, fd_filestat_set_times: nowhere,
      fd_pread: nowhere, fd_pwrite: nowhere, fd_readdir: nowhere, fd_renumber: nowhere,
      path_create_directory: forbidden, path_filestat_get: forbidden, path_filestat_set_times: forbidden, path_link: forbidden, path_open: forbidden,
      path_readlink: forbidden, path_remove_directory: forbidden, path_rename: forbidden, path_symlink: forbidden, path_unlink_file: forbidden,
      poll_oneoff: (subscriptions, events, count, result) => this.#poll(subscriptions, events, count, result),
      proc_exit: (code) => { throw new Exit(code); },
      proc_raise: () => errno.nosys,
      sched_yield: () => errno.success,
      sock_accept: nowhere, sock_recv: nowhere, sock_send: nowhere, sock_shutdown: nowhere,
    };
  }

  #texts(all, list, buffer) {
    let at = buffer >>> 0;
    all.forEach((bytes, i) => {
      this.#view.setUint32((list >>> 0) + i * 4, at, true);
      this.bytes(at, bytes.length).set(bytes);
      at += bytes.length;
    });
    return errno.success;
  }

  #sizes(all, count, size) {
    this.#view.setUint32(count >>> 0, all.length, true);
    this.#view.setUint32(size >>> 0, all.reduce((sum, bytes) => sum + bytes.length, 0), true);
    return errno.success;
  }

  #u64(pointer, value) {
    this.#view.setBigUint64(pointer >>> 0, value, true);
    return errno.success;
  }

  *#vectors(list, count) {
    for (let i = 0; i < count; i++) {
      const at = (list >>> 0) + i * 8;
      yield this.bytes(this.#view.getUint32(at, true), this.#view.getUint32(at + 4, true));
    }
  }

  #readInto(fd, list, count, result) {
    if (fd !== 0 || !this.#open.has(0)) return errno.badf;
    let total = 0;
    for (const target of this.#vectors(list, count)) {
      const part = this.#stdin.subarray(this.#read, this.#read + target.length);
      target.set(part);
      this.#read += part.length;
      total += part.length;
    }
    this.#view.setUint32(result >>> 0, total, true);
    return errno.success;
  }

  #write(fd, list, count, result) {
    if ((fd !== 1 && fd !== 2) || !this.#open.has(fd)) return errno.badf;
    let total = 0;
    for (const source of this.#vectors(list, count)) {
      if (source.length > 0) this.#out(fd, source.slice());
      total += source.length;
    }
    this.#view.setUint32(result >>> 0, total, true);
    return errno.success;
  }

  #stat(fd, result) {
    if (!this.#open.has(fd)) return errno.badf;
    this.bytes(result, 24).fill(0);
    this.#view.setUint8(result >>> 0, fileTypeStream);
    // The rights to read (1) or to write (6).
    this.#view.setBigUint64((result >>> 0) + 8, fd === 0 ? 2n : 64n, true);
    return errno.success;
  }

  // Clocks alone are waited for; what is read and written here is always ready.
  #poll(subscriptions, events, count, result) {
    if (count === 0) return errno.inval;
    let soonest = Infinity;
    let isReady = false;
    const all = [];
    for (let i = 0; i < count; i++) {
      const at = (subscriptions >>> 0) + i * 48;
      const tag = this.#view.getUint8(at + 8);
      let wait = 0;
      if (tag === 0) {
        const isWall = this.#view.getUint32(at + 16, true) === 0;
        const timeout = Number(this.#view.getBigUint64(at + 24, true)) / 1e6;
        const isAbsolute = (this.#view.getUint16(at + 40, true) & 1) !== 0;
        wait = Math.max(0, isAbsolute ? timeout - (isWall ? Date.now() : performance.now()) : timeout);
        soonest = Math.min(soonest, wait);
      } else {
        isReady = true;
      }
      all.push({ userdata: this.#view.getBigUint64(at, true), tag, wait });
    }
    if (!isReady && soonest > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.min(soonest, 2 ** 31 - 1));
    const happened = all.filter(({ tag, wait }) => (isReady ? tag !== 0 : wait <= soonest));
    happened.forEach(({ userdata, tag }, i) => {
      const at = (events >>> 0) + i * 32;
      this.bytes(at, 32).fill(0);
      this.#view.setBigUint64(at, userdata, true);
      this.#view.setUint8(at + 10, tag);
    });
    this.#view.setUint32(result >>> 0, happened.length, true);
    return errno.success;
  }
}

function text(value) {
  return new TextEncoder().encode(`${String(value).replaceAll('\0', '')}\0`);
}
