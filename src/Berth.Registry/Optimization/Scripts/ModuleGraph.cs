using Acornima.Ast;

namespace Berth.Registry.Optimization.Scripts;

/// <summary>
/// An ES module and everything that it imports from the same package. Only what is wholly understood is a graph: names
/// that are texts, files that are there, nothing that depends on where a module lies.
/// </summary>
internal sealed class ModuleGraph
{
    private readonly HashSet<string> _elsewhere = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ParsedScript> _modules = new(StringComparer.Ordinal);

    private ModuleGraph(string entry) => Entry = entry;

    public string Entry { get; }

    /// <summary>The modules by path, the entry among them.</summary>
    public IReadOnlyDictionary<string, ParsedScript> Modules => _modules;

    /// <summary>The graph of an entry, or <see langword="null"/> with the reason.</summary>
    /// <param name="entry">The entry's path.</param>
    /// <param name="read">Reads a file of the package; <see langword="null"/> when it is not there or is no script.</param>
    public static (ModuleGraph? Graph, string Reason) Of(string entry, Func<string, ParsedScript?> read)
    {
        var graph = new ModuleGraph(entry);
        var open = new Queue<string>([entry]);
        while (open.TryDequeue(out var path))
        {
            if (graph._modules.ContainsKey(path))
                continue;
            if (read(path) is not { } script)
                return (null, $"it imports '{path}', which is no script of the package");
            if (Obstacle(script) is { } obstacle)
                return (null, $"'{path}' {obstacle}");
            graph._modules.Add(path, script);
            foreach (var source in Sources(script))
            {
                // A path of the page's origin; for a bundler it would be one of the machine that it runs on.
                if (source.StartsWith('/') && !source.StartsWith("//", StringComparison.Ordinal))
                    return (null, $"'{path}' imports '{source}', which lies outside of the package");
                if (IsElsewhere(source))
                {
                    graph._elsewhere.Add(source);
                    continue;
                }

                if (Resolve(path, source) is not { } target)
                    return (null, $"'{path}' imports '{source}', which lies outside of the package");
                open.Enqueue(target);
            }
        }

        return (graph, "");
    }

    /// <summary>The names that the entry exports, with those it passes on from modules of the package.</summary>
    public SortedSet<string> Exports() => ExportsOf(Entry, []);

    /// <summary>What the modules set on the global object, together.</summary>
    public SortedSet<string> Globals() => new(_modules.Values.SelectMany(script => ScriptShape.Of(script).Globals), StringComparer.Ordinal);

    /// <summary>Whether a module made of these imports nothing but what these did from elsewhere, and files that are there.</summary>
    /// <param name="path">Where it will lie.</param>
    /// <param name="script">The module.</param>
    /// <param name="isThere">Whether a file will be there.</param>
    public bool ImportsOnlyKnown(string path, ParsedScript script, Func<string, bool> isThere) =>
        Obstacle(script) is null && Sources(script).All(source => IsElsewhere(source) ? _elsewhere.Contains(source) : Resolve(path, source) is { } target && isThere(target));

    private SortedSet<string> ExportsOf(string path, HashSet<string> seen)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        if (!seen.Add(path))
            return names;
        foreach (var name in ModuleExports.Of(_modules[path]))
        {
            const string All = "* from ";
            if (!name.StartsWith(All, StringComparison.Ordinal) || IsElsewhere(name[All.Length..]))
                names.Add(name);
            else // "export *" passes on everything but the default.
                names.UnionWith(ExportsOf(Resolve(path, name[All.Length..])!, seen).Where(passed => passed != "default"));
        }

        return names;
    }

    private static string? Obstacle(ParsedScript script)
    {
        foreach (var node in script.Nodes())
        {
            switch (node)
            {
                case MetaProperty { Meta.Name: "import" }:
                    return "asks where it lies (import.meta)";
                case ImportExpression { Source: not StringLiteral }:
                    return "imports a module whose name it makes while it runs";
                case ImportExpression { Options: not null }:
                case ImportDeclaration { Attributes.Count: > 0 } or ExportNamedDeclaration { Attributes.Count: > 0 } or ExportAllDeclaration { Attributes.Count: > 0 }:
                    return "imports something that is no script";
                case Identifier { Name: "require" }:
                    return "mentions 'require'";
                case CallExpression { Callee: Identifier { Name: "eval" } }:
                    return "runs code from a text";
                default:
                    break;
            }
        }

        return null;
    }

    /// <summary>What a module imports, statically or late, as it is written.</summary>
    public static IEnumerable<string> Sources(ParsedScript script) => script.Nodes().Select(node => node switch
    {
        ImportDeclaration import => import.Source.Value,
        ExportNamedDeclaration { Source: { } source } => source.Value,
        ExportAllDeclaration all => all.Source.Value,
        ImportExpression { Source: StringLiteral literal } => literal.Value,
        _ => null,
    }).OfType<string>();

    /// <summary>Names of an import map and addresses stay imports.</summary>
    private static bool IsElsewhere(string source) =>
        !source.StartsWith("./", StringComparison.Ordinal) && !source.StartsWith("../", StringComparison.Ordinal) && source is not ("." or "..");

    /// <summary>The path in the package that a relative name means, or <see langword="null"/> when it is none.</summary>
    public static string? Resolve(string from, string source)
    {
        if (source.AsSpan().IndexOfAny('?', '#', '%') >= 0 || source.Contains('\\', StringComparison.Ordinal))
            return null; // part of an address, not of a path
        var segments = new List<string>(from.Split('/')[..^1]);
        foreach (var segment in source.Split('/'))
        {
            if (segment == "..")
            {
                if (segments.Count == 0)
                    return null;
                segments.RemoveAt(segments.Count - 1);
            }
            else if (segment is not ("." or ""))
            {
                segments.Add(segment);
            }
        }

        return string.Join('/', segments);
    }
}
