// The texts of one user, as documents of the plugin's data.
const prefix = 'snippets/';

export function isName(name) {
  return /^[A-Za-z0-9._-]{1,100}$/.test(name);
}

export class Snippets {
  #data;

  constructor(data) {
    this.#data = data;
  }

  async all() {
    return (await this.#data.list(prefix)).map(([key, { text, changed }]) => ({ name: key.slice(prefix.length), text, changed }));
  }

  async find(name) {
    return (await this.#data.get(prefix + name))?.text;
  }

  /** Whether it is a new one. */
  async keep(name, text) {
    const isNew = (await this.find(name)) === undefined;
    await this.#data.set(prefix + name, { text, changed: new Date().toISOString() });
    return isNew;
  }

  remove(name) {
    return this.#data.delete(prefix + name);
  }
}
