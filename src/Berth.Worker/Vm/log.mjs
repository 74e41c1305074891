// The plugin's log on its way to the host. Bounded: what a flood pushes out is counted and told.
const mostWaiting = 4096;
const mostInOne = 256;

/** Collects lines and sends them in batches. */
export class Log {
  #broker;
  #least;
  #lines = [];
  #dropped = 0;
  #sending = false;

  constructor(broker, least) {
    this.#broker = broker;
    this.#least = least;
  }

  write(level, text, user) {
    if (level < this.#least) return;
    if (this.#lines.length >= mostWaiting) {
      this.#dropped++;
      return;
    }
    this.#lines.push({ level, category: '', text: text.length > 16384 ? `${text.slice(0, 16384)}…` : text, user });
    if (!this.#sending) void this.#send();
  }

  async #send() {
    this.#sending = true;
    while (this.#lines.length > 0) {
      const batch = this.#lines.splice(0, mostInOne);
      if (this.#dropped > 0) {
        batch.push({ level: 3, category: '', text: `${this.#dropped} lines of the log were dropped, because they came faster than they could be sent.` });
        this.#dropped = 0;
      }
      try {
        await this.#broker.post('/logs', batch);
      } catch {
        // The host is going, or refuses a flood; the plugin is not to fail for its log.
        this.#dropped += batch.length;
        break;
      }
    }
    this.#sending = false;
  }
}
