// The first script in a plugin's context. What the plugin can reach comes from this context alone: the one function of the
// outside, `bridge`, is called and never handed on, takes and gives texts, numbers and byte arrays, and what it throws is
// thrown away here, because an error of the outside would lead there.
(function (bridge) {
  'use strict';
  const { defineProperty } = Object;

  const internal = {
    ask(op, number = 0, text = '', bytes = undefined) {
      let answer;
      try {
        answer = bridge(op, number, text, bytes);
      } catch {
        throw new Error('The host of this plugin could not do that. Its stack may be too deep.');
      }
      return answer;
    },
    define(name, value) {
      defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
    },
    bytesOf(source) {
      if (source instanceof ArrayBuffer) return new Uint8Array(source.slice(0));
      if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer.slice(source.byteOffset, source.byteOffset + source.byteLength));
      throw new TypeError('An ArrayBuffer or a view of one is needed.');
    },
    describe(error) {
      try {
        if (!(error instanceof Error)) return String(error);
        // The plugin's own places alone: how the host runs it is nothing for its author's log.
        const places = String(error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line) && !/\((?:file:|node:|berth:)|at (?:file:|node:|berth:)/.test(line));
        return [`${error.name}: ${error.message}`, ...places].join('\n');
      } catch {
        return 'something that cannot be described was thrown';
      }
    },
    brief(error) {
      try {
        return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      } catch {
        return 'something that cannot be described was thrown';
      }
    },
  };

  // Shared memory makes clocks, and waiting on it stops every request of the plugin.
  delete globalThis.SharedArrayBuffer;
  delete globalThis.Atomics;
  delete globalThis.console;
  // Node looks for this function to write stacks, and would hand it places of its own.
  defineProperty(Error, 'prepareStackTrace', { value: undefined, writable: false, configurable: false });
  defineProperty(globalThis, 'Error', { value: Error, writable: false, configurable: false });

  internal.define('self', globalThis);
  return internal;
})
