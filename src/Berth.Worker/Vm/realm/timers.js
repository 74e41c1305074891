// setTimeout and setInterval: the outside keeps the clock and knows numbers alone.
(function (internal) {
  'use strict';
  const waiting = new Map();
  let last = 0;

  function start(work, milliseconds, again, values) {
    if (typeof work !== 'function') throw new TypeError('A timer needs a function; texts do not become code here.');
    if (waiting.size >= 10_000) throw new RangeError('There are 10,000 timers already.');
    const id = ++last;
    waiting.set(id, { work, values, again });
    internal.ask(again ? 'timer.every' : 'timer.once', id, String(Math.max(again ? 1 : 0, Number(milliseconds) || 0)));
    return id;
  }

  function stop(id) {
    if (waiting.delete(Number(id))) internal.ask('timer.stop', Number(id));
  }

  internal.fire = (id) => {
    const timer = waiting.get(id);
    if (!timer) return;
    if (!timer.again) waiting.delete(id);
    try {
      timer.work(...timer.values);
    } catch (error) {
      internal.ask('log', 4, internal.describe(error));
    }
  };

  internal.define('setTimeout', (work, milliseconds, ...values) => start(work, milliseconds, false, values));
  internal.define('setInterval', (work, milliseconds, ...values) => start(work, milliseconds, true, values));
  internal.define('clearTimeout', stop);
  internal.define('clearInterval', stop);
})
