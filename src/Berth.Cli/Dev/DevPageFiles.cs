using System.Text;

namespace Berth.Cli.Dev;

/// <summary>The files of the page, all its own.</summary>
internal static class DevPageFiles
{
    private const string Html = """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>berth dev</title>
        <link rel="stylesheet" href="/dev.css">
        <main>
          <header><h1 id="name">No version yet</h1> <output id="version"></output></header>
          <section id="failure" role="alert" hidden><h2></h2><pre></pre></section>
          <section id="modules" hidden><h2>Modules</h2><ul></ul></section>
          <section id="endpoints" hidden>
            <h2>Endpoints</h2>
            <form id="call"><label>GET <span id="prefix"></span><input id="path" autocomplete="off" spellcheck="false"></label> <button>Call</button></form>
            <pre id="answer" aria-live="polite"></pre>
          </section>
        </main>
        <script src="/dev.js"></script>
        </html>
        """;

    private const string Css = """
        :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
        main { max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { display: inline; font-size: 1.5rem; }
        h2 { font-size: 1.1rem; margin-top: 2rem; }
        pre { overflow: auto; padding: .75rem; border: 1px solid; border-radius: .25rem; white-space: pre-wrap; }
        #failure { border-left: .3rem solid #c00; padding-left: 1rem; }
        li { margin-bottom: .75rem; }
        input { min-width: 18rem; font: inherit; }
        button { font: inherit; }
        """;

    private const string Script = """
        "use strict";
        const at = id => document.getElementById(id);
        let shown;

        async function show() {
          const state = await (await fetch("/state.json")).json();
          shown = state.version ?? "";
          at("name").textContent = state.name ?? "No version yet";
          at("version").textContent = state.version ?? "";
          at("failure").hidden = !state.failure;
          if (state.failure) {
            at("failure").querySelector("h2").textContent = state.failure.message;
            at("failure").querySelector("pre").textContent = state.failure.reasons.join("\n");
          }
          return state;
        }

        function describe(state) {
          at("endpoints").hidden = !state.hasEndpoints;
          at("prefix").textContent = `/p/${state.slug}/`;
          at("path").value = sessionStorage.getItem("path") ?? "";
          if (at("path").value) call();
          at("modules").hidden = state.modules.length === 0;
          for (const module of state.modules) {
            const item = document.createElement("li");
            const [name, text, place] = ["strong", "span", "div"].map(tag => item.appendChild(document.createElement(tag)));
            name.textContent = module.displayName ?? module.name;
            text.textContent = ` ${module.description ?? ""} `;
            place.dataset.module = module.name;
            at("modules").querySelector("ul").append(item);
          }
          if (state.entry) load(state);
        }

        // A container of webpack's module federation by its global, an ES module by its exports.
        async function load(state) {
          const address = `/files/${state.entry}`;
          let container;
          try {
            const text = await (await fetch(address)).text();
            const isModule = /(^|[;}\s])export[\s{*]/.test(text);
            if (!isModule) await new Promise((resolve, reject) => {
              const script = document.createElement("script");
              script.src = address;
              script.onload = resolve;
              script.onerror = () => reject(new Error(`${state.entry} could not be loaded`));
              document.head.append(script);
            });
            container = isModule ? await import(address) : window[state.scope];
            await container.init?.({});
          } catch (error) {
            for (const place of document.querySelectorAll("[data-module]")) place.textContent = String(error.message ?? error);
            return;
          }
          for (const place of document.querySelectorAll("[data-module]")) {
            try {
              const found = container.get ? (await container.get(`./${place.dataset.module}`), null) : container[place.dataset.module] ?? container.default;
              const mount = found?.mount ?? found;
              if (typeof mount === "function") mount(place, { apiBase: `/p/${state.slug}` });
              else place.textContent = "It loads.";
            } catch (error) {
              place.textContent = String(error.message ?? error);
            }
          }
        }

        async function call() {
          const answer = await fetch(at("prefix").textContent + at("path").value);
          at("answer").textContent = `${answer.status}\n${await answer.text()}`;
        }

        at("call").addEventListener("submit", event => {
          event.preventDefault();
          sessionStorage.setItem("path", at("path").value);
          call();
        });

        show().then(state => {
          if (state.version) describe(state);
          const events = new EventSource("/events");
          const swapped = event => { if (event.data !== shown) location.reload(); };
          events.addEventListener("version", swapped);
          events.addEventListener("swapped", swapped);
          events.addEventListener("failed", show);
        });
        """;

    /// <summary>The file at a path; <see langword="null"/> when there is none.</summary>
    public static (string Type, byte[] Bytes)? Find(string path) => path switch
    {
        "/" => ("text/html", Encoding.UTF8.GetBytes(Html)),
        "/dev.css" => ("text/css", Encoding.UTF8.GetBytes(Css)),
        "/dev.js" => ("text/javascript", Encoding.UTF8.GetBytes(Script)),
        _ => null,
    };
}
