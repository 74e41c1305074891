namespace Berth.Packaging.Scanning.Scripts;

/// <summary>Reads one file's scripts, with the texts in them that are code or HTML again.</summary>
internal sealed class ScriptReader(ScanTask task)
{
    private readonly ScriptTraits _traits = new();
    private readonly Queue<ScriptSource> _scripts = new();
    private readonly Queue<(string Html, FilePosition At, int Depth)> _documents = new();
    private int _inner;

    /// <summary>A script to read.</summary>
    public void Add(ScriptSource source)
    {
        if (source.Depth > task.Limits.MaxDepth)
            task.Add(ScriptCodes.TooDeep.At(source.At(1, 0), "Code in a text in code, more levels deep than a scan follows; the innermost was not looked at."));
        else if (source.Code.Length > task.Limits.MaxScriptBytes || (source.Depth > 0 && (_inner += source.Code.Length) > task.Limits.MaxScriptBytes))
            task.Add(ScriptCodes.TooLarge.At(source.At(1, 0), $"The script has {source.Code.Length} characters; more than a scan reads."));
        else
            _scripts.Enqueue(source);
    }

    /// <summary>A document to read.</summary>
    public void AddDocument(string html, FilePosition at, int depth, bool isXml = false)
    {
        if (depth > task.Limits.MaxDepth)
            task.Add(ScriptCodes.TooDeep.At(at, "HTML in a text in code, more levels deep than a scan follows; the innermost was not looked at."));
        else
            new HtmlScripts(html, at, depth, isXml, this, task).Run();
    }

    /// <summary>Reads until nothing is left.</summary>
    public void Run()
    {
        while (true)
        {
            task.Step();
            if (_scripts.TryDequeue(out var source))
                Read(source);
            else if (_documents.TryDequeue(out var document))
                AddDocument(document.Html, document.At, document.Depth);
            else
                break;
        }

        _traits.Judge(task);
    }

    private void Read(ScriptSource source)
    {
        if (string.IsNullOrWhiteSpace(source.Code))
            return;
        if (source.Depth == 0)
        {
            ScriptCharacters.Look(source, task);
            Obfuscation.Look(source, task);
        }

        try
        {
            var programs = ScriptParse.Run(source, task, out var fault, out var at);
            foreach (var program in programs)
                new ScriptWalk(source, _traits, task, Add, (html, place) => _documents.Enqueue((html, place, source.Depth + 1))).Run(program);
            if (programs.Count > 0)
                return;
            // A constant text given to eval may well be no code at all; the call itself was a finding.
            task.Add(ScriptCodes.Unparseable.At(source.At(at.Line, at.Column), $"The script cannot be parsed: {ScriptFaults.Shown(fault)}.", source.Depth > 0 ? Severity.Low : null));
            ScriptFallback.Look(source, _traits, task);
        }
        catch (ScanBudgetException)
        {
            task.Add(ScriptCodes.TooLarge.At(source.At(1, 0), "The script has more code than a scan reads."));
            ScriptFallback.Look(source, _traits, task);
        }
    }
}
