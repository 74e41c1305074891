using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Planning;
using Berth.Packaging.Manifest;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Tests.World;

/// <summary>A small world of plugins without files, for the resolver alone.</summary>
internal sealed class SetUniverse
{
    private readonly List<SetNode> _versions = [];
    private readonly Dictionary<string, SetNode> _installed = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<SetNode> Versions => _versions;

    public IReadOnlyDictionary<string, SetNode> Installed => _installed;

    /// <summary>Adds a version. What it needs, uses and excludes is written <c>"B ^1, C *"</c>.</summary>
    public SetUniverse Offer(string slug, string version, string needs = "", string uses = "", string excludes = "", params RefusalReason[] faults)
    {
        _versions.Add(Node(slug, version, needs, uses, excludes) with { Faults = faults });
        return this;
    }

    public SetUniverse Have(string slug, string version, string needs = "", string uses = "", string excludes = "", bool enabled = true)
    {
        _installed[slug] = Node(slug, version, needs, uses, excludes) with { IsKept = true, IsEnabled = enabled };
        return this;
    }

    public SetProblem Wish(string slug, string range = "*") =>
        new(_installed, [.. OptionsOf(slug).Where(node => node.Fits(VersionRange.Parse(range)))], one => new SetOptions(OptionsOf(one)));

    public SetOutcome Resolve(string slug, string range = "*") => SetResolver.Resolve(Wish(slug, range));

    public IReadOnlyList<SetNode> OptionsOf(string slug) =>
        [.. _versions.Where(node => SetRules.IsSlug(node.Slug, slug) && (!_installed.TryGetValue(slug, out var have) || node.Version.CompareTo(have.Version) > 0))
            .OrderByDescending(node => node.Version)
            .Select(node => node with { IsEnabled = !_installed.TryGetValue(slug, out var have) || have.IsEnabled })];

    private static SetNode Node(string slug, string version, string needs, string uses, string excludes) => new(slug, SemanticVersion.Parse(version), new PluginManifest
    {
        Name = slug,
        DisplayName = slug,
        Version = SemanticVersion.Parse(version),
        Type = PluginType.Frontend,
        Dependencies = Ranges(needs),
        OptionalDependencies = Ranges(uses),
        Conflicts = Ranges(excludes),
    });

    private static Dictionary<string, VersionRange> Ranges(string text) => text
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(one => one.Split(' ', 2)).ToDictionary(parts => parts[0], parts => VersionRange.Parse(parts[1]), StringComparer.Ordinal);
}
