using Acornima.Ast;

namespace Berth.Packaging.Scanning.Scripts;

/// <summary>Rules about what is called.</summary>
internal sealed class ScriptCalls(ScriptSource source, ScriptTraits traits, ConstantFolding constants, ScanTask task, Action<ScriptSource> readInner)
{
    private static readonly HashSet<string> Timers = new(StringComparer.Ordinal) { "setTimeout", "setInterval", "setImmediate" };
    private static readonly HashSet<string> HarmlessModules = new(StringComparer.Ordinal)
    {
        "assert", "buffer", "constants", "crypto", "events", "path", "process", "punycode", "querystring", "stream", "string_decoder", "timers", "tty", "url", "util", "zlib", "console",
    };

    private static readonly HashSet<string> PowerfulModules = new(StringComparer.Ordinal)
    {
        "child_process", "cluster", "dgram", "dns", "fs", "http", "http2", "https", "inspector", "module", "net", "os", "perf_hooks", "readline", "repl", "sqlite", "tls", "v8", "vm", "wasi", "worker_threads",
    };

    private static readonly Dictionary<string, (FindingCode Code, string What)> Known = new(StringComparer.Ordinal)
    {
        ["document.write"] = (ScriptCodes.DocumentWrite, "writes into the document as it is parsed"),
        ["document.writeln"] = (ScriptCodes.DocumentWrite, "writes into the document as it is parsed"),
        ["navigator.serviceWorker.register"] = (ScriptCodes.ServiceWorker, "registers a service worker, which would see all requests of the page"),
        ["navigator.clipboard.readText"] = (ScriptCodes.Clipboard, "reads the clipboard"),
        ["navigator.clipboard.read"] = (ScriptCodes.Clipboard, "reads the clipboard"),
        ["navigator.mediaDevices.getUserMedia"] = (ScriptCodes.Device, "uses the camera or the microphone"),
        ["navigator.mediaDevices.getDisplayMedia"] = (ScriptCodes.Device, "records the screen"),
        ["navigator.geolocation.getCurrentPosition"] = (ScriptCodes.Device, "asks where the user is"),
        ["navigator.geolocation.watchPosition"] = (ScriptCodes.Device, "asks where the user is"),
        ["navigator.credentials.get"] = (ScriptCodes.Device, "asks for the user's credentials"),
        ["RTCPeerConnection"] = (ScriptCodes.Network, "opens a peer connection"),
        ["webkitRTCPeerConnection"] = (ScriptCodes.Network, "opens a peer connection"),
        ["WebAssembly.instantiate"] = (ScriptCodes.WebAssembly, "runs WebAssembly"),
        ["WebAssembly.instantiateStreaming"] = (ScriptCodes.WebAssembly, "runs WebAssembly"),
        ["WebAssembly.compile"] = (ScriptCodes.WebAssembly, "compiles WebAssembly"),
        ["WebAssembly.compileStreaming"] = (ScriptCodes.WebAssembly, "compiles WebAssembly"),
        ["WebAssembly.Module"] = (ScriptCodes.WebAssembly, "compiles WebAssembly"),
        ["Worker"] = (ScriptCodes.Worker, "starts a worker"),
        ["SharedWorker"] = (ScriptCodes.Worker, "starts a worker"),
    };

    /// <summary>A call or a construction, of which the path is known.</summary>
    public void Look(string path, Node callee, IReadOnlyList<Node> arguments, ScriptScope scope, FilePosition at)
    {
        var name = path.EndsWith(".call", StringComparison.Ordinal) || path.EndsWith(".apply", StringComparison.Ordinal) ? path[..path.LastIndexOf('.')] : path;
        var given = name == path ? arguments : path.EndsWith(".call", StringComparison.Ordinal) ? [.. arguments.Skip(1)] : Applied(arguments);
        if (callee is MemberExpression { Computed: true, Property: not StringLiteral } && IsSensitive(name))
            task.Add(ScriptCodes.HiddenName.At(at, $"The script puts the name {name} together from pieces."));
        switch (name)
        {
            case "eval" or "execScript":
                Code(ScriptCodes.Eval, "eval runs a text as code", given.ElementAtOrDefault(0), scope, at, Severity.Medium);
                return;
            case "Function":
                Code(ScriptCodes.FunctionConstructor, "Function makes code of a text", given.Count == 0 ? null : given[^1], scope, at, Severity.Low);
                return;
            case "require" or "module.require" when callee is not MemberExpression { Object: ThisExpression }:
                Module(given.ElementAtOrDefault(0), scope, at, ScriptCodes.ComputedRequire);
                return;
            case "importScripts":
                foreach (var argument in given)
                    Import(argument, scope, at);
                return;
            case "fetch" or "navigator.sendBeacon" or "EventSource" or "WebSocket":
                Request(name, given.ElementAtOrDefault(0), scope, at);
                return;
            case "XMLHttpRequest":
                task.Add(ScriptCodes.Network.At(at, "The script makes requests (XMLHttpRequest)."));
                return;
            case "document.createElement" or "document.createElementNS":
                if (given.Any(argument => string.Equals(constants.Text(argument, scope), "script", StringComparison.OrdinalIgnoreCase)))
                {
                    traits.MakesScripts = true;
                    task.Add(ScriptCodes.LoadsScript.At(at, "The script makes script elements, which load more code."));
                }

                return;
            case "addEventListener" or "document.addEventListener" or "document.body.addEventListener" or "document.documentElement.addEventListener":
                if (constants.Text(given.ElementAtOrDefault(0), scope) is "keydown" or "keyup" or "keypress")
                {
                    traits.Keyboard ??= at;
                    task.Add(ScriptCodes.Keyboard.At(at, "The script listens to every key of the page."));
                }

                return;
            case "navigator.clipboard.writeText" or "navigator.clipboard.write":
                traits.Clipboard ??= at;
                task.Add(ScriptCodes.Clipboard.At(at, "The script writes to the clipboard.", Severity.Info));
                return;
            case "document.execCommand":
                if (constants.Text(given.ElementAtOrDefault(0), scope) is ("paste" or "copy" or "cut") and { } command)
                {
                    traits.Clipboard = command == "paste" ? traits.Clipboard : traits.Clipboard ?? at;
                    task.Add(ScriptCodes.Clipboard.At(at, $"The script uses the clipboard ({command}).", command == "paste" ? Severity.Low : Severity.Info));
                }

                return;
        }

        if (Timers.Contains(name))
            Timer(name, given.ElementAtOrDefault(0), scope, at);
        else if (Known.TryGetValue(name, out var known))
            task.Add(known.Code.At(at, $"The script {known.What} ({name})."));
        else if (name.StartsWith("top.location.", StringComparison.Ordinal) || name.StartsWith("parent.location.", StringComparison.Ordinal))
            task.Add(ScriptCodes.FrameEscape.At(at, "The script sends the page around it to another address."));
    }

    /// <summary>The source of an import: a declaration, an export or <c>import()</c>.</summary>
    public void Import(Node? specifier, ScriptScope scope, FilePosition at)
    {
        if (constants.Text(specifier, scope) is null && constants.Prefix(specifier, scope) is { } prefix && IsRemote(prefix))
            task.Add(ScriptCodes.RemoteCode.At(at, $"The script imports code from {ScriptTraits.Shown(prefix)}."));
        else
            Module(specifier, scope, at, ScriptCodes.ComputedImport);
    }

    /// <summary>Whether an address leads to another server.</summary>
    public static bool IsRemote(string address)
    {
        var text = address.AsSpan().TrimStart();
        return text.StartsWith("//") || text.StartsWith("\\\\") || text.StartsWith("http:", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https:", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("ws:", StringComparison.OrdinalIgnoreCase) || text.StartsWith("wss:", StringComparison.OrdinalIgnoreCase) || text.StartsWith("ftp:", StringComparison.OrdinalIgnoreCase);
    }

    private void Module(Node? specifier, ScriptScope scope, FilePosition at, FindingCode computed)
    {
        if (constants.Text(specifier, scope) is not { } module)
        {
            task.Add(computed.At(at, "The script loads a module whose name it computes, so which one cannot be told."));
            return;
        }

        var bare = module.StartsWith("node:", StringComparison.Ordinal) ? module[5..] : module;
        var top = bare.Split('/')[0];
        if (specifier is not (StringLiteral or TemplateLiteral { Expressions.Count: 0 }))
            task.Add(ScriptCodes.HiddenName.At(at, $"The script puts the module's name {ScriptTraits.Printable(module)} together from pieces."));
        if (IsRemote(module) || module.TrimStart().StartsWith("data:", StringComparison.OrdinalIgnoreCase) || module.TrimStart().StartsWith("blob:", StringComparison.OrdinalIgnoreCase))
            task.Add(ScriptCodes.RemoteCode.At(at, IsRemote(module) ? $"The script imports code from {ScriptTraits.Shown(module)}." : "The script imports code from a text in it."));
        else if (PowerfulModules.Contains(top))
            task.Add(ScriptCodes.NodeModule.At(at, $"The script uses the module {top} of Node.js."));
        else if (HarmlessModules.Contains(top))
            task.Add(ScriptCodes.NodeModule.At(at, $"The script uses the module {top} of Node.js.", Severity.Info));
    }

    private void Request(string how, Node? address, ScriptScope scope, FilePosition at)
    {
        if (constants.Prefix(address, scope) is not { Length: > 0 } text)
        {
            traits.SendsSomewhere = true;
            task.Add(ScriptCodes.Network.At(at, $"The script makes requests ({how}); where to cannot be told."));
        }
        else if (IsRemote(text))
        {
            traits.SendsElsewhere = true;
            var isDeclared = task.Declared.Any(capability => capability is "network:http-client" or "network:websocket" or "api:external-api");
            task.Add(ScriptCodes.RemoteRequest.At(
                at, $"The script sends requests to {ScriptTraits.Shown(text)} ({how}).", isDeclared ? Severity.Info : null, isDeclared ? null : how == "WebSocket" ? "network:websocket" : "network:http-client"));
        }
        else
        {
            task.Add(ScriptCodes.Network.At(at, $"The script makes requests ({how})."));
        }
    }

    private void Timer(string name, Node? what, ScriptScope scope, FilePosition at)
    {
        if (constants.Text(what, scope) is not null || constants.Prefix(what, scope) is { Length: > 0 })
            Code(ScriptCodes.TimerText, $"{name} runs a text as code", what, scope, at, Severity.Medium);
    }

    private void Code(FindingCode code, string what, Node? text, ScriptScope scope, FilePosition at, Severity whenConstant)
    {
        if (text is null)
            return;
        if (constants.Text(text, scope) is not { } constant)
        {
            task.Add(code.At(at, $"{what}; which one cannot be told."));
            return;
        }

        if (constant.Contains("sourceURL=webpack", StringComparison.Ordinal))
            task.Add(ScriptCodes.EvalDevtool.At(at, "A development build of webpack: its modules are texts that eval runs. They were looked at as well."));
        else if (constant.Trim().TrimEnd(';') == "return this")
            task.Add(code.At(at, $"{what}; it asks for the global object.", Severity.Info));
        else
            task.Add(code.At(at, $"{what}; the text is constant and was looked at as well.", whenConstant));
        readInner(new ScriptSource(source.File, constant, ScriptGoal.Script, at.Line ?? 1, at.Column ?? 1, source.Depth + 1) { IsWithinText = true });
    }

    private static IReadOnlyList<Node> Applied(IReadOnlyList<Node> arguments) =>
        arguments.Count > 1 && arguments[1] is ArrayExpression array ? [.. array.Elements.OfType<Node>()] : [.. arguments.Skip(1)];

    private static bool IsSensitive(string path) => path is "eval" or "Function" or "require" or "fetch" or "XMLHttpRequest" or "execScript" or "importScripts" || Known.ContainsKey(path) || Timers.Contains(path);
}
