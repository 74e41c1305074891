using Berth.Lifecycle.Store.Codings;
using Berth.Packaging.Signing;

namespace Berth.Lifecycle;

/// <summary>Where and how installations are kept.</summary>
public sealed record LifecycleOptions
{
    /// <summary>The folder with <c>shared/</c>, <c>users/</c> and <c>cache/temp/</c>.</summary>
    public required string PluginsDirectory { get; init; }

    /// <summary>The version of this host, checked against <c>engines.berth</c>.</summary>
    public required string HostVersion { get; init; }

    /// <summary>Name of this node in the journal.</summary>
    public string NodeName { get; init; } = Environment.MachineName;

    /// <summary>How long a node may be silent before another one completes or undoes its operations. Default 60 seconds.</summary>
    public TimeSpan OperationLease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long ended operations stay in the journal. Default 90 days; <see langword="null"/> keeps them for ever.</summary>
    public TimeSpan? OperationRetention { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long events are kept for readers that resume. Default 30 days; <see langword="null"/> keeps them for ever.</summary>
    public TimeSpan? EventRetention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long the log of webhooks' deliveries is kept. Default 30 days; <see langword="null"/> keeps it for ever.</summary>
    public TimeSpan? WebhookRetention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long the audit is kept; <see langword="null"/>, the default, keeps it for ever.</summary>
    public TimeSpan? AuditRetention { get; init; }

    /// <summary>How often the cleanup runs. Default 300 seconds.</summary>
    public TimeSpan CleanupInterval { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>How long a version that nothing refers to stays in the store. Default 30 days.</summary>
    public TimeSpan VersionRetention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Trust levels whose packages must be signed by their author. Default none.</summary>
    public IReadOnlySet<string> SignedTrustLevels { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>
    /// The registry's keys, when somebody says which they are; otherwise those that the registry shows at first sight are kept
    /// in <c>cache/keys.json</c>, and others count only when one of these vouches for them.
    /// </summary>
    public IReadOnlyList<VerificationKey>? RegistryKeys { get; init; }

    /// <summary>How old staging files and package blobs without a reference are when the cleanup takes them. Default a day.</summary>
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Whether the store takes optimised front-end files where the author allows it and the registry has them. Not by default.</summary>
    public bool TakesVariants { get; init; }

    /// <summary>Which codings that need a library of the system the store uses where the library is there. Default all of <see cref="StoreCoding"/>.</summary>
    public IReadOnlySet<string> StoreCodings { get; init; } = StoreCoding.All;

    /// <summary>Whether served texts are compressed again with all effort, in the background, after they were stored. Default so.</summary>
    public bool Recompresses { get; init; } = true;
}
