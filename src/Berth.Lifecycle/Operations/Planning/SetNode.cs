using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Store;
using Berth.Packaging.Manifest;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>One version in a set: installed and kept as it is, or one that could be put in force.</summary>
/// <param name="Slug">Canonical spelling.</param>
/// <param name="Version">The version, as its manifest says it.</param>
/// <param name="Manifest"><see langword="null"/> for an installation whose files are gone: it then asks for nothing.</param>
internal sealed record SetNode(string Slug, SemanticVersion Version, PluginManifest? Manifest)
{
    private readonly Lazy<IReadOnlyList<RefusalReason>>? _faults;

    /// <summary>Installed, and not touched by the set.</summary>
    public bool IsKept { get; init; }

    /// <summary>A plugin that is switched off asks for nothing, and cannot be what another one needs.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>Somebody asked for this prerelease or its channel, so ranges need not name it.</summary>
    public bool AdmitsPrerelease { get; init; }

    /// <summary>What the version is on offer as.</summary>
    public AvailableVersion? Offer { get; init; }

    /// <summary>The version in the store, where that is known already.</summary>
    public StoredVersion? Stored { get; init; }

    /// <summary>Why this version itself cannot be put in force: a pin, the host's version, its trust. Worked out when asked for.</summary>
    public IReadOnlyList<RefusalReason> Faults
    {
        get => _faults?.Value ?? [];
        init => _faults = new(() => value);
    }

    /// <summary>The faults, when they cost something to find out.</summary>
    public Func<IReadOnlyList<RefusalReason>> FaultsLater
    {
        init => _faults = new(value);
    }

    /// <summary>What a user has.</summary>
    public static SetNode Of(InstalledPlugin plugin, PluginManifest? manifest) =>
        new(plugin.Slug, SemanticVersion.Parse(plugin.Version), manifest) { IsKept = true, IsEnabled = plugin.Enabled };

    /// <summary>Whether the version is one that a range of another plugin means.</summary>
    public bool Fits(VersionRange range) => range.Contains(Version, IsKept || AdmitsPrerelease);

    public override string ToString() => $"{Slug} {Version}";
}
