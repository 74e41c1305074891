using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Berth.Packaging.Versioning;

namespace Berth.Packaging.Manifest;

/// <summary>One reason why a manifest is refused.</summary>
/// <param name="Code">Stable and dotted, for example <c>manifest.version.invalid</c>; all are in <see cref="ManifestFaultCodes"/>.</param>
/// <param name="Pointer">RFC 6901 pointer to the member, empty for the document.</param>
/// <param name="Message">What is wrong and what to write instead.</param>
public sealed record ManifestFault(string Code, string Pointer, string Message);

/// <summary>A manifest, or all reasons why there is none.</summary>
public sealed record ManifestReadOutcome(PluginManifest? Manifest, IReadOnlyList<ManifestFault> Faults)
{
    /// <summary>Whether the manifest was accepted.</summary>
    [MemberNotNullWhen(true, nameof(Manifest))]
    public bool IsAccepted => Manifest is not null && Faults.Count == 0;
}

/// <summary>The one parser of <c>plugin.json</c>: registry, host, command line and tests all come here.</summary>
public static class ManifestReader
{
    /// <summary>The members of the document that are read; the schema names the same.</summary>
    internal static IReadOnlyCollection<string> KnownMembers
    {
        get
        {
            using var empty = JsonDocument.Parse("{}");
            var root = new ManifestObject(empty.RootElement, "", new ManifestFaults());
            Read(root);
            return root.Known;
        }
    }

    /// <summary>Reads a manifest and reports every fault at once (at most 500).</summary>
    /// <param name="utf8">The bytes of <c>plugin.json</c>. Bound their number before; a package's limits do.</param>
    public static ManifestReadOutcome Read(ReadOnlyMemory<byte> utf8)
    {
        var faults = new ManifestFaults();
        if (!ManifestJson.Check(utf8.Span, faults))
        {
            return new(null, faults.All);
        }

        using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = ManifestJson.MaxDepth });
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            faults.Add(ManifestFaultCodes.Type, "", "The manifest must be an object: { \"name\": …, \"version\": … }.");
            return new(null, faults.All);
        }

        var manifest = Read(new ManifestObject(document.RootElement, "", faults));
        return new(faults.All.Count == 0 ? manifest! with { Json = document.RootElement.Clone() } : null, faults.All);
    }

    private static PluginManifest? Read(ManifestObject root)
    {
        var name = root.Text("name", 1024, ManifestText.IsSlug, ManifestFaultCodes.Name, ManifestText.SlugAdvice, required: true);
        var version = ReadVersion(root, "version", required: true);
        var frontend = FrontendSection.Read(root.Object("frontend"), name);
        var dependencies = DependencySection.Read(root, "dependencies", name);
        var optional = DependencySection.Read(root, "optionalDependencies", name);
        var module = ModuleSection.Read(root.Object("module"), name, [.. dependencies.Keys, .. optional.Keys]);
        DependencySection.RefuseOverlap(root, dependencies, optional);
        var manifest = new PluginManifest
        {
            Name = name ?? "",
            Version = version ?? new SemanticVersion(0, 0, 0),
            DisplayName = root.Text("displayName", 128, min: 1) ?? name ?? "",
            Description = root.Text("description", 4096),
            Author = root.Text("author", 256),
            License = root.Text("license", 256, LicenseExpression.IsValid, ManifestFaultCodes.License, "Write an SPDX expression, for example MIT or (MIT OR Apache-2.0)."),
            Homepage = root.Text("homepage", 2048, ManifestText.IsWebAddress, ManifestFaultCodes.Url, "Write an address that starts with https:// or http://."),
            Repository = root.Text("repository", 2048, ManifestText.IsRepository, ManifestFaultCodes.Url, "Write an address that starts with https://, http://, git:// or ssh://."),
            Keywords = root.Texts("keywords", 64, distinct: true),
            Category = root.Text("category", 64, min: 1),
            Icon = ManifestPaths.Icon(root, "icon"),
            Type = ReadType(root),
            Engine = ReadEngine(root.Object("engines")),
            Dependencies = dependencies,
            OptionalDependencies = optional,
            Conflicts = DependencySection.Read(root, "conflicts", name),
            LoadOrder = root.Whole("loadOrder", 0, int.MaxValue) ?? 100,
            Critical = root.Flag("critical") ?? false,
            Frontend = frontend,
            Module = module,
            Config = ConfigSection.Read(root),
            Security = SecuritySection.Read(root.Object("security")),
            Optimization = OptimizationSection.Read(root, out var cachingTimeToLive),
            CachingTimeToLive = cachingTimeToLive,
            Events = EventsSection.Read(root, out var hooks),
            Hooks = hooks,
            Monitoring = MonitoringSection.Read(root.Object("monitoring")),
        };
        root.RefuseUnknown();
        VmSection.Check(root, manifest);
        return manifest;
    }

    internal static SemanticVersion? ReadVersion(ManifestObject section, string member, bool required = false)
    {
        const string Advice = "Write three numbers and an optional prerelease, for example 1.4.0 or 2.0.0-beta.1, without a leading v.";
        var text = section.Text(member, 1024, text => SemanticVersion.TryParse(text, out _), ManifestFaultCodes.Version, Advice, required);
        return text is null ? null : SemanticVersion.Parse(text);
    }

    internal static VersionRange? ReadRange(ManifestObject section, string member)
    {
        const string Advice = "Write a range, for example ^1.2.0, ~1.2, >=1.0.0 <3, 1.x || 2.x, or an exact version.";
        var text = section.Text(member, VersionRange.MaxLength, text => VersionRange.TryParse(text, out _), ManifestFaultCodes.VersionRange, Advice);
        return text is null ? null : VersionRange.Parse(text);
    }

    private static VersionRange? ReadEngine(ManifestObject? engines) => engines is null ? null : ReadRange(engines, "berth");

    private static PluginType ReadType(ManifestObject root)
    {
        var hasFrontend = root.Find("frontend") is not null;
        var hasModule = root.Find("module") is not null;
        var derived = (hasFrontend, hasModule) switch
        {
            (true, true) => PluginType.Fullstack,
            (false, true) => PluginType.Backend,
            // Without either section a plugin still has the files it serves.
            _ => PluginType.Frontend,
        };
        var written = root.Choice("type", "frontend", "backend", "fullstack");
        if (written is not null && !string.Equals(written, derived.ToString(), StringComparison.OrdinalIgnoreCase))
        {
            var advice = written switch
            {
                "frontend" => "has server-side code in 'module'",
                "backend" when hasFrontend => "has a 'frontend'",
                "backend" => "has no 'module'",
                _ => "lacks 'frontend' or 'module'",
            };
            root.Fault(ManifestFaultCodes.TypeContradiction, "type", $"The type is '{written}', yet the manifest {advice}. Correct the type, or leave it out: it is derived.");
        }

        return derived;
    }
}
