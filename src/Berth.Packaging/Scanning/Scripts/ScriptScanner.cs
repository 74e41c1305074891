namespace Berth.Packaging.Scanning.Scripts;

/// <summary>JavaScript: files, and what HTML, SVG and texts in code have of it.</summary>
internal sealed class ScriptScanner : IFileScanner
{
    private static readonly HashSet<string> Scripts = new(StringComparer.Ordinal) { ".js", ".mjs", ".cjs" };
    private static readonly HashSet<string> Documents = new(StringComparer.Ordinal) { ".html", ".htm", ".xhtml", ".xht", ".shtml" };
    private static readonly HashSet<string> XmlDocuments = new(StringComparer.Ordinal) { ".svg", ".xml", ".xsl", ".xslt" };

    public string Name => Scanners.Scripts;

    public int RuleSet => 2;

    public bool Wants(ScannedFile file) =>
        Scripts.Contains(file.Extension) || Documents.Contains(file.Extension) || XmlDocuments.Contains(file.Extension) || file.Extension == ".wasm" || file.Extension == ".svgz" || IsShebang(file);

    public void Look(ScannedFile file, ScanTask task)
    {
        var at = new FilePosition(file.Path);
        if (file.Extension is ".wasm" or ".svgz")
        {
            if (file.Extension == ".wasm")
                WasmPrograms.Look(file, task);
            return;
        }

        if (!file.IsWhole || file.Bytes.Length > task.Limits.MaxScriptBytes)
        {
            task.Add(ScriptCodes.TooLarge.At(at, $"The file has {file.Bytes.Length} bytes or more; a script of more than {task.Limits.MaxScriptBytes} is not parsed."));
            ScriptFallback.Look(new ScriptSource(file.Path, file.ForcedText[..Math.Min(file.ForcedText.Length, task.Limits.MaxScriptBytes)], ScriptGoal.Any), new ScriptTraits(), task);
            return;
        }

        var reader = new ScriptReader(task);
        if (Documents.Contains(file.Extension) || XmlDocuments.Contains(file.Extension))
            reader.AddDocument(file.ForcedText, at with { Line = 1, Column = 1 }, 0, XmlDocuments.Contains(file.Extension));
        else
            reader.Add(new ScriptSource(file.Path, file.ForcedText, Goal(file.Extension)));
        reader.Run();
    }

    private static ScriptGoal Goal(string extension) => extension switch
    {
        ".mjs" => ScriptGoal.Module,
        ".cjs" => ScriptGoal.Script,
        _ => ScriptGoal.Any,
    };

    private static bool IsShebang(ScannedFile file) => file.Span.StartsWith("#!"u8) && file.Span[..Math.Min(file.Span.Length, 64)].IndexOf("node"u8) > 0;
}
