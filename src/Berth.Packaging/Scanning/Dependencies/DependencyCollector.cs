using System.Text.Json;

namespace Berth.Packaging.Scanning.Dependencies;

/// <summary>Reads what a package brings along from <c>*.deps.json</c> and <c>package-lock.json</c> (versions 1 to 3).</summary>
internal sealed class DependencyCollector
{
    private const int MaxDependencies = 20_000;
    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 256 };
    private readonly Dictionary<(string, string, string), PackageDependency> _found = [];

    /// <summary>Set when the walk did not come to its end.</summary>
    public ScanOutcome? Outcome { get; set; }

    public IReadOnlyList<PackageDependency> Found => [.. _found.Values];

    public FindingList Findings { get; } = new(ScanLimits.Default.MaxFindingsPerCode);

    public void Look(ScannedFile file)
    {
        var isNuGet = file.Name.EndsWith(".deps.json", StringComparison.OrdinalIgnoreCase);
        if (!isNuGet && file.Name is not ("package-lock.json" or "npm-shrinkwrap.json"))
            return;
        try
        {
            using var document = JsonDocument.Parse(file.Bytes, Json);
            if (isNuGet)
                ReadLibraries(document.RootElement, file.Path);
            else
                ReadLock(document.RootElement, file.Path);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            Findings.Add(DependencyCodes.Unreadable.At(new(file.Path), "The list of dependencies cannot be read, so they are not known."));
        }
    }

    private void ReadLibraries(JsonElement root, string file)
    {
        if (!root.TryGetProperty("libraries", out var libraries))
            return;
        foreach (var library in libraries.EnumerateObject())
        {
            var slash = library.Name.LastIndexOf('/');
            if (slash > 0 && library.Value.TryGetProperty("type", out var type) && type.GetString() == "package")
                Add(new(PackageDependency.NuGet, library.Name[..slash].ToLowerInvariant(), library.Name[(slash + 1)..], file));
        }
    }

    private void ReadLock(JsonElement root, string file)
    {
        if (root.TryGetProperty("packages", out var packages))
        {
            foreach (var package in packages.EnumerateObject())
            {
                var at = package.Name.LastIndexOf("node_modules/", StringComparison.Ordinal);
                // An alias has its true name beside it.
                if (at >= 0)
                    AddNpm(Text(package.Value, "name") ?? package.Name[(at + 13)..], package.Value, file);
            }

            return;
        }

        var open = new Stack<JsonElement>([root]);
        while (open.TryPop(out var level))
        {
            if (!level.TryGetProperty("dependencies", out var dependencies) || dependencies.ValueKind != JsonValueKind.Object)
                continue;
            foreach (var dependency in dependencies.EnumerateObject())
            {
                AddNpm(dependency.Name, dependency.Value, file);
                open.Push(dependency.Value);
            }
        }
    }

    private void AddNpm(string name, JsonElement entry, string file)
    {
        if (Text(entry, "version") is { } version)
            Add(new(PackageDependency.Npm, name, version, file, entry.TryGetProperty("dev", out var dev) && dev.ValueKind == JsonValueKind.True));
    }

    private void Add(PackageDependency dependency)
    {
        if (dependency.Name.Length > 300 || dependency.Version.Length > 300 || dependency.Name.Contains('\0', StringComparison.Ordinal) || dependency.Version.Contains('\0', StringComparison.Ordinal) || _found.Count >= MaxDependencies)
            Findings.Add(DependencyCodes.Unreadable.At(new(dependency.File), "The list of dependencies has names that are no names, or too many of them."));
        else
            _found.TryAdd((dependency.Ecosystem, dependency.Name, dependency.Version), dependency);
    }

    private static string? Text(JsonElement entry, string name) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
