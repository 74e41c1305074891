using System.IO.Compression;
using System.Text;
using Berth.Packaging.Archive;
using Berth.Packaging.Variants;
using Berth.Registry.Optimization.Reports;
using Berth.Registry.Optimization.Scripts;
using Berth.Registry.Optimization.Styles;

namespace Berth.Registry.Optimization;

/// <summary>
/// The files of one package while they are worked on. What a stage proposes for a file is taken only when it parses, has
/// the shape of the author's file and is smaller; otherwise the file stays as it was, and the report says why.
/// </summary>
internal sealed class Workbench
{
    private const int MostNotes = 200;
    private readonly Dictionary<string, byte[]> _original;
    private readonly SortedDictionary<string, byte[]> _files;
    private readonly Dictionary<string, ScriptShape?> _shapes = new(StringComparer.Ordinal);
    private readonly List<OptimizationNote> _notes = [];

    public Workbench(Package package, IReadOnlyDictionary<string, byte[]> files, OptimizationOptions options)
    {
        Package = package;
        Options = options;
        _original = new Dictionary<string, byte[]>(files, StringComparer.Ordinal);
        _files = new SortedDictionary<string, byte[]>(_original, StringComparer.Ordinal);
        Kind = KindOf();
    }

    public Package Package { get; }

    public OptimizationOptions Options { get; }

    public FrontEndKind Kind { get; }

    /// <summary>The entry's path, if there is a front end.</summary>
    public string? Entry => Package.Manifest.Frontend?.Entry;

    /// <summary>The files as they are now, by path.</summary>
    public IReadOnlyDictionary<string, byte[]> Files => _files;

    /// <summary>The author's files.</summary>
    public IReadOnlyDictionary<string, byte[]> Original => _original;

    /// <summary>The notes since the last call; at most some hundred of a package.</summary>
    public IReadOnlyList<OptimizationNote> TakeNotes()
    {
        var notes = _notes.ToArray();
        _notes.Clear();
        return notes;
    }

    /// <summary>The paths of scripts that users are served.</summary>
    public IReadOnlyList<string> Scripts() => [.. _files.Keys.Where(path => IsScript(path) && ServedPaths.Contains(path))];

    /// <summary>A file's script as it is now, when it is one.</summary>
    public ParsedScript? Read(string path) => IsScript(path) && Text(_files[path]) is { } text ? ParsedScript.Read(text) : null;

    /// <summary>A file as text, when it is UTF-8 without a byte order mark.</summary>
    public string? TextOf(string path) => Text(_files[path]);

    /// <summary>Puts another text in a script's place, if it may be.</summary>
    /// <param name="path">Of a file that is there.</param>
    /// <param name="proposed">The new bytes.</param>
    /// <param name="mayGrow">Whether it is worth it even when it is no smaller.</param>
    /// <param name="expected">The shape it must have; the author's file's when absent.</param>
    public bool ProposeScript(string path, byte[] proposed, bool mayGrow = false, ScriptShape? expected = null)
    {
        var now = _files[path];
        if (proposed.AsSpan().SequenceEqual(now) || (!mayGrow && !IsSmaller(proposed, now)))
            return false;
        if (Text(proposed) is not { } text || ParsedScript.Read(text) is not { } script)
            return Refuse(path, "not_parsed", "The result would not parse; the file stays as it was.");
        if ((expected ?? AuthorShape(path)) is not { } shape)
            return Refuse(path, "not_understood", "The author's file could not be read as a script; it stays as it was.");
        if (shape.Difference(ScriptShape.Of(script)) is { } difference)
            return Refuse(path, "other_shape", $"The result would have {difference}; the file stays as it was.");
        _files[path] = proposed;
        return true;
    }

    /// <summary>The paths of style sheets that users are served.</summary>
    public IReadOnlyList<string> StyleSheets() => [.. _files.Keys.Where(path => path.EndsWith(".css", StringComparison.Ordinal) && ServedPaths.Contains(path))];

    /// <summary>Puts a shorter spelling of the same styles in a style sheet's place, if it is one and smaller.</summary>
    public bool ProposeShorterStyles(string path, byte[] proposed)
    {
        if (!IsSmaller(proposed, _files[path]) || TextOf(path) is not { } now)
            return false;
        if (Text(proposed) is not { } then || !StyleTokens.AreSame(now, then))
            return Refuse(path, "other_shape", "The result would not have the same rules and values; the file stays as it was.");
        _files[path] = proposed;
        return true;
    }

    /// <summary>Puts other styles in the place of a style sheet.</summary>
    public bool ProposeStyles(string path, byte[] proposed)
    {
        if (proposed.Length >= _files[path].Length)
            return false;
        _files[path] = proposed;
        return true;
    }

    /// <summary>Adds a script of our own making; it must parse.</summary>
    public void AddScript(string path, byte[] script)
    {
        if (_original.ContainsKey(path) || !ServedPaths.Contains(path) || Text(script) is not { } text || ParsedScript.Read(text) is null)
            throw new InvalidOperationException($"'{path}' may not be added.");
        _files.Add(path, script);
    }

    /// <summary>Leaves a file out.</summary>
    public void Remove(string path)
    {
        if (path.StartsWith("lib/", StringComparison.Ordinal) || path.StartsWith("vm/", StringComparison.Ordinal) || path == Package.ManifestPath || path == Entry)
            throw new InvalidOperationException($"'{path}' may not be left out.");
        _files.Remove(path);
    }

    /// <summary>Takes the files back to an earlier state.</summary>
    public void Restore(IReadOnlyDictionary<string, byte[]> files)
    {
        _files.Clear();
        foreach (var (path, bytes) in files)
            _files.Add(path, bytes);
    }

    /// <summary>The files as they are now, to be restored.</summary>
    public IReadOnlyDictionary<string, byte[]> Snapshot() => new Dictionary<string, byte[]>(_files, StringComparer.Ordinal);

    /// <summary>Says something about a file in the report.</summary>
    public void Note(string path, string code, string text)
    {
        if (_notes.Count < MostNotes)
            _notes.Add(new OptimizationNote(path, code, text));
    }

    /// <summary>Whether a path is that of a script.</summary>
    public static bool IsScript(string path) => Path.GetExtension(path) is ".js" or ".mjs" or ".cjs";

    /// <summary>Smaller as it lies and as it travels: what a bundler has written short already often packs better as it is.</summary>
    private static bool IsSmaller(byte[] proposed, byte[] now) => proposed.Length < now.Length && Packed(proposed) <= Packed(now);

    private static long Packed(byte[] bytes)
    {
        using var to = new MemoryStream();
        using (var gzip = new GZipStream(to, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(bytes);
        return to.Length;
    }

    private bool Refuse(string path, string code, string text)
    {
        Note(path, code, text);
        return false;
    }

    private ScriptShape? AuthorShape(string path)
    {
        if (!_shapes.TryGetValue(path, out var shape))
        {
            shape = Text(_original[path]) is { } text && ParsedScript.Read(text) is { } script ? ScriptShape.Of(script) : null;
            _shapes[path] = shape;
        }

        return shape;
    }

    private FrontEndKind KindOf()
    {
        if (Entry is not { } entry)
            return FrontEndKind.None;
        if (!_files.ContainsKey(entry) || Read(entry) is not { } script)
            return FrontEndKind.Unknown;
        if (script.IsModule)
            return FrontEndKind.EsModule;
        return WebpackChunk.HasRuntime(script) || WebpackChunk.Is(script) || ScriptShape.Of(script).Exposed.Count > 0 ? FrontEndKind.Webpack : FrontEndKind.Script;
    }

    private static string? Text(byte[] bytes)
    {
        if (bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble))
            return null;
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
