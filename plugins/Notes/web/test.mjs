// The built containers in a classic loader, as a page runs them: script tag, init(shareScope), get. `npm test` after `npm run build`.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import vm from 'node:vm';
import React from 'react';
import { renderToString } from 'react-dom/server';

const base = 'https://assets.example/~capability/dist/';

/** A page with nothing but what a script loader touches. Answers what it fetched. */
function openPage(line) {
  const fetched = [];
  const page = vm.createContext({ setTimeout, clearTimeout, URL, console, Promise, location: { href: 'https://console.example/' } });
  const run = (file) => vm.runInContext(readFileSync(join(import.meta.dirname, 'dist', line, file), 'utf8'), page, { filename: file });
  const append = (element) => {
    const address = element.src ?? element.href;
    const file = address.slice(base.length);
    fetched.push(file);
    queueMicrotask(() => {
      assert.ok(address.startsWith(base), `${address} is below the container's own address`);
      if (element.tagName === 'SCRIPT') run(file);
      element.onload({ type: 'load' });
    });
  };
  const document = {
    baseURI: 'https://console.example/',
    currentScript: { tagName: 'SCRIPT', src: `${base}remoteEntry.js` },
    head: { appendChild: append },
    getElementsByTagName: () => [],
    createElement: (name) => ({ tagName: name.toUpperCase(), setAttribute() {}, getAttribute: () => null }),
  };
  Object.assign(page, { document, window: page, self: page });
  run('remoteEntry.js');
  document.currentScript = null;
  return { container: page.Notes, fetched };
}

const shared = (library, version) => ({ [version]: { get: () => () => library, loaded: 1, eager: true, from: 'page' } });

for (const line of ['1.0', '1.1']) {
  test(`${line} renders with the page's React and fetches no other`, async () => {
    const { container, fetched } = openPage(line);
    await container.init({ react: shared(React, '18.3.1') });
    const { default: NotesPanel } = (await container.get('./NotesPanel'))();
    assert.match(renderToString(React.createElement(NotesPanel, { heading: 'My notes' })), /<h2[^>]*>My notes<\/h2>/);
    assert.equal(fetched.filter((file) => file.endsWith('.css')).length, 1);
    assert.equal(fetched.filter((file) => file.endsWith('.js')).length, 1, 'the panel alone');
  });

  test(`${line} brings its own React to a page that has none`, async () => {
    const { container, fetched } = openPage(line);
    await container.init({});
    const { default: NotesPanel } = (await container.get('./NotesPanel'))();
    assert.equal(typeof NotesPanel, 'function');
    assert.equal(fetched.filter((file) => file.endsWith('.js')).length, 2, 'the panel and React');
  });

  test(`${line} has hashed names for all but its entry`, () => {
    const { fetched } = openPage(line);
    assert.deepEqual(fetched, []);
    const entry = readFileSync(join(import.meta.dirname, 'dist', line, 'remoteEntry.js'), 'utf8');
    assert.match(entry, /\.[0-9a-f]{12}/);
    assert.doesNotMatch(entry, /\beval\(/);
  });
}
