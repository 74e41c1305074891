// A thread that runs WebAssembly: a fresh instance, with fresh memory, for each request.
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { Wasi } from './wasi.mjs';

const { module, plugin } = workerData;
const longest = 1 << 20;

// Nobody is told when memory.grow fails; a memory that has less room than this left has come to its end.
const roomLeft = 1 << 20;

parentPort.on('message', (message) => {
  if (message.t === 'ping') parentPort.postMessage({ t: 'pong' });
  if (message.t === 'run') run(message);
});
parentPort.postMessage({ t: 'loaded' });

function run({ id, env, stdin, answerBytes, memoryBytes }) {
  let written = 0;
  const wasi = new Wasi({
    args: [plugin],
    env,
    stdin,
    out(descriptor, bytes) {
      if (descriptor === 2) {
        parentPort.postMessage({ t: 'log', id, level: 3, text: new TextDecoder().decode(bytes.subarray(0, 16384)).trimEnd() });
        return;
      }
      written += bytes.length;
      if (written > answerBytes) throw new Error(`it wrote more than the ${answerBytes} bytes that an answer may have`);
      parentPort.postMessage({ t: 'out', id, bytes });
    },
  });
  let answer = new Uint8Array(0);
  const berth = {
    // Asks the host: JSON { op, value } → the length of the answer, which `answer` copies out.
    ask(pointer, length) {
      if (length >>> 0 > longest) return -1;
      answer = ask(id, new TextDecoder().decode(wasi.bytes(pointer, length).slice()));
      return answer.length;
    },
    answer(pointer) {
      wasi.bytes(pointer, answer.length).set(answer);
    },
  };
  let instance = null;
  const isFull = () => instance?.exports.memory?.buffer.byteLength > memoryBytes - roomLeft;
  try {
    instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: wasi.imports, berth });
    const code = wasi.run(instance);
    parentPort.postMessage({ t: 'exit', id, code, isFull: isFull() });
  } catch (error) {
    parentPort.postMessage({ t: 'fail', id, reason: String(error?.message ?? error).slice(0, 4096), isFull: isFull() });
  }
}

// The program waits for the answer, and so does its thread.
function ask(id, text) {
  const mark = new SharedArrayBuffer(4);
  parentPort.postMessage({ t: 'op', id, text, mark });
  while (true) {
    Atomics.wait(new Int32Array(mark), 0, 0);
    const received = receiveMessageOnPort(parentPort)?.message;
    if (received?.t === 'done') return new TextEncoder().encode(received.text);
    if (received?.t === 'ping') parentPort.postMessage({ t: 'pong' });
  }
}
