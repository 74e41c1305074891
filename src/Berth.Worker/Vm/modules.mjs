// The plugin's modules: those of its package below vm/, by relative path, and nothing else.
import { posix } from 'node:path';
import vm from 'node:vm';

/** Links and evaluates ES modules (and JSON) of one package in one context. */
export class Modules {
  #files;
  #context;
  #made = new Map();

  /**
   * @param {Map<string, string>} files Texts by path in the package.
   * @param {object} context Where they run.
   */
  constructor(files, context) {
    this.#files = files;
    this.#context = context;
  }

  /** Evaluates the module at `path` and gives its namespace. */
  async load(path) {
    const module = this.#at(path);
    if (module.status === 'unlinked') await module.link((specifier, from) => this.#at(this.#resolve(specifier, from.identifier)));
    await module.evaluate();
    return module.namespace;
  }

  #at(path) {
    let module = this.#made.get(path);
    if (!module) {
      const text = this.#files.get(path);
      module = path.endsWith('.json') ? this.#json(path, text) : new vm.SourceTextModule(text, {
        identifier: path,
        context: this.#context,
        // Only null-prototype: what is put there is this thread's.
        initializeImportMeta: (meta) => { meta.url = `berth:/${path}`; },
        importModuleDynamically: (specifier) => this.#import(specifier, path),
      });
      this.#made.set(path, module);
    }
    return module;
  }

  async #import(specifier, from) {
    const module = this.#at(this.#resolve(specifier, from));
    if (module.status === 'unlinked') await module.link((next, by) => this.#at(this.#resolve(next, by.identifier)));
    if (module.status !== 'evaluated') await module.evaluate();
    return module;
  }

  #json(path, text) {
    const module = new vm.SyntheticModule(['default'], () => module.setExport('default', value), { identifier: path, context: this.#context });
    // Parsed inside: an object of this thread must not get there.
    const value = new vm.Script(`JSON.parse(${JSON.stringify(JSON.stringify(JSON.parse(text)))})`, { filename: path }).runInContext(this.#context);
    return module;
  }

  #resolve(specifier, from) {
    if (!/^\.{0,2}\//.test(specifier)) {
      throw new Error(`'${from}' imports '${specifier}'. There are no packages and no modules of Node here: bundle what you need into the package, and import it by a relative path.`);
    }
    const path = specifier.startsWith('/') ? specifier.slice(1) : posix.join(posix.dirname(from), specifier);
    if (!this.#files.has(path)) throw new Error(`'${from}' imports '${specifier}', and the package has no '${path}'.`);
    return path;
  }
}
