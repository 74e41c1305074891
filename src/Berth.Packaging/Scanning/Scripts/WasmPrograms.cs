namespace Berth.Packaging.Scanning.Scripts;

/// <summary>WebAssembly: below <c>vm/</c> a program that the isolation level <c>vm</c> runs, and elsewhere a part of a front end.</summary>
internal static class WasmPrograms
{
    private const int MostNamed = 20;

    public static void Look(ScannedFile file, ScanTask task)
    {
        var at = new FilePosition(file.Path);
        if (!file.Path.StartsWith("vm/", StringComparison.Ordinal))
        {
            task.Add(ScriptCodes.WebAssembly.At(at, "The file is WebAssembly, which is not looked into."));
            return;
        }

        if (WasmImports.Read(file.Span, task) is not { } imports)
        {
            task.Add(ScriptCodes.WasmBroken.At(at, "The file's name ends in .wasm, and it is no WebAssembly module of version 1."));
            return;
        }

        task.Add(ScriptCodes.WasmProgram.At(at, $"The file is a program for the isolation level vm. Its instructions are not looked into; it can do what it imports: {Names(imports)}."));
        var foreign = imports.Where(import => !import.StartsWith("wasi_snapshot_preview1.", StringComparison.Ordinal) && !import.StartsWith("berth.", StringComparison.Ordinal)).ToList();
        if (foreign.Count > 0)
            task.Add(ScriptCodes.WasmImports.At(at, $"The program imports what no host offers, and will not be loaded: {Names(foreign)}."));
        if (imports.Contains("berth.ask", StringComparer.Ordinal))
            task.Add(ScriptCodes.WasmAsks.At(at, "The program asks the host for the user's data, for settings or for requests to the outside."));
    }

    private static string Names(IReadOnlyList<string> imports) => imports.Count switch
    {
        0 => "nothing",
        > MostNamed => $"{string.Join(", ", imports.Take(MostNamed))} and {imports.Count - MostNamed} more",
        _ => string.Join(", ", imports),
    };
}
