using System.Diagnostics.CodeAnalysis;
using Berth.Lifecycle.Settings;

namespace Berth.Lifecycle.Installations;

/// <summary>Who has what. Answers from bounded snapshots in memory; a commit replaces the user's snapshot.</summary>
public interface IInstallations
{
    /// <summary>All installations of a user. No lock, no database once warm.</summary>
    ValueTask<UserInstallations> OfUserAsync(string userId, CancellationToken cancellationToken = default);

    /// <summary>The user's modules of one installation, in order of priority and name.</summary>
    Task<IReadOnlyList<InstalledModule>> ModulesAsync(string userId, string pluginId, CancellationToken cancellationToken = default);

    /// <summary>All modules of a user, in order of plugin, priority and name.</summary>
    Task<IReadOnlyList<InstalledModule>> ModulesAsync(string userId, CancellationToken cancellationToken = default);
}

/// <summary>An immutable snapshot of one user's installations.</summary>
public sealed class UserInstallations(string userId, IReadOnlyList<InstalledPlugin> plugins)
{
    // Most users have a handful: walking them is as fast as a dictionary, and a hundred thousand dictionaries weigh more.
    private const int FewEnoughToWalk = 8;

    private readonly Dictionary<string, InstalledPlugin>? _bySlug = plugins.Count > FewEnoughToWalk
        ? plugins.ToDictionary(plugin => plugin.Slug, StringComparer.OrdinalIgnoreCase)
        : null;

    /// <summary>The user.</summary>
    public string UserId => userId;

    /// <summary>The installations, ordered by slug.</summary>
    public IReadOnlyList<InstalledPlugin> Plugins => plugins;

    /// <summary>Finds by slug (without regard to case) or by this user's plugin id; another user's plugin id finds nothing.</summary>
    public bool TryFind(string slugOrPluginId, [NotNullWhen(true)] out InstalledPlugin? plugin)
    {
        if (TryFindSlug(slugOrPluginId, out plugin))
            return true;
        if (slugOrPluginId.Length > userId.Length + 1
            && slugOrPluginId[userId.Length] == '_'
            && slugOrPluginId.StartsWith(userId, StringComparison.Ordinal))
        {
            return TryFindSlug(slugOrPluginId.AsSpan(userId.Length + 1), out plugin);
        }

        return false;
    }

    private bool TryFindSlug(ReadOnlySpan<char> slug, [NotNullWhen(true)] out InstalledPlugin? plugin)
    {
        if (_bySlug is not null)
            return _bySlug.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(slug, out plugin);
        foreach (var one in plugins)
        {
            if (slug.Equals(one.Slug, StringComparison.OrdinalIgnoreCase))
            {
                plugin = one;
                return true;
            }
        }

        plugin = null;
        return false;
    }
}

/// <summary>One installation.</summary>
public sealed record InstalledPlugin
{
    /// <summary><c>{user_id}_{slug}</c>.</summary>
    public required string PluginId { get; init; }

    /// <summary>Whose it is.</summary>
    public required string UserId { get; init; }

    /// <summary>The plugin.</summary>
    public required string Slug { get; init; }

    /// <summary>The version in force.</summary>
    public required string Version { get; init; }

    /// <summary>Digest of its package.</summary>
    public required string Digest { get; init; }

    /// <summary>Whether it is switched on.</summary>
    public required bool Enabled { get; init; }

    /// <summary>The generation of the user's documents in force.</summary>
    public required long Generation { get; init; }

    /// <summary>The version in the rollback slot.</summary>
    public string? PreviousVersion { get; init; }

    /// <summary>Digest of the package in the rollback slot.</summary>
    internal string? PreviousDigest { get; init; }

    /// <summary>The generation of documents in the rollback slot.</summary>
    internal long? PreviousGeneration { get; init; }

    /// <summary>The channel that sees releases only.</summary>
    public const string StableChannel = "stable";

    /// <summary>A version or range that updates stay in by the user's own wish.</summary>
    public string? Pinned { get; init; }

    /// <summary><c>stable</c> sees releases only; another channel also prereleases whose first identifier is its name.</summary>
    public string Channel { get; init; } = StableChannel;

    /// <summary>Whether optimised files are served to the user, where the host and the author allow them and there are any; otherwise the author's.</summary>
    public bool AllowsVariant { get; init; } = true;

    /// <summary>The word for the author's files, where the one for optimised files is <c>optimized</c>.</summary>
    public const string OriginalVariant = "original";

    /// <summary>Capabilities the user granted.</summary>
    public required IReadOnlySet<string> Granted { get; init; }

    /// <summary>The same as stored, to tell whether somebody changed it meanwhile.</summary>
    internal string GrantedJson { get; init; } = "[]";

    /// <summary>The user's settings as stored, a JSON object without secrets.</summary>
    public required string ConfigJson { get; init; }

    /// <summary>The user's secrets: JSON pointer to ciphertext.</summary>
    internal string SecretsJson { get; init; } = "{}";

    /// <summary>The settings as stored.</summary>
    internal StoredSettings Settings => new(ConfigJson, SecretsJson);

    /// <summary>The settings in the rollback slot.</summary>
    internal StoredSettings? PreviousSettings { get; init; }

    /// <summary>When it was installed.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it changed last.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>One module: what the manifest says and what the user chose.</summary>
public sealed record InstalledModule
{
    /// <summary><c>{plugin_id}_{name}</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The installation.</summary>
    public required string PluginId { get; init; }

    /// <summary>Unique in the plugin.</summary>
    public required string Name { get; init; }

    /// <summary>For people.</summary>
    public required string DisplayName { get; init; }

    /// <summary>What it shows.</summary>
    public string? Description { get; init; }

    /// <summary>Icon name or path.</summary>
    public string? Icon { get; init; }

    /// <summary>Category.</summary>
    public string? Category { get; init; }

    /// <summary>Whether it is shown.</summary>
    public bool Enabled { get; init; }

    /// <summary>Order.</summary>
    public int Priority { get; init; }

    /// <summary>The user's values of the module's fields: field → value, a JSON object.</summary>
    public string SettingsJson { get; init; } = "{}";

    /// <summary>JSON columns by their contract names, with the user's values in props and configFields: props, configFields, messages, requiredServices, dependencies, layout, tags.</summary>
    public required IReadOnlyDictionary<string, string> Json { get; init; }
}
