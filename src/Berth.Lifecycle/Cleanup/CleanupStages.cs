using System.Globalization;

namespace Berth.Lifecycle.Cleanup;

/// <summary>The stages of a cleanup, in order.</summary>
internal sealed class CleanupStages(
    IdleInstances instances, UnreferencedVersions versions, UnwantedVariants variants, StaleStaging staging, UnreferencedBlobs blobs,
    AgedOperations operations, AgedDeliveries deliveries, AgedEvents events, AgedAudit audit)
{
    public IReadOnlyList<ICleanupStage> All { get; } = [instances, versions, variants, staging, blobs, operations, deliveries, events, audit];
}

/// <summary>Removes one kind of thing.</summary>
internal interface ICleanupStage
{
    /// <summary>Removes, or in a dry run only lists, what is not needed now.</summary>
    Task RunAsync(CleanupRun run, CancellationToken cancellationToken);
}

/// <summary>One run.</summary>
internal sealed class CleanupRun(bool isDryRun, DateTimeOffset now)
{
    private readonly List<CleanupItem> _items = [];

    public bool IsDryRun => isDryRun;

    /// <summary>One instant for the whole run, so that a dry run at the same instant lists the same.</summary>
    public DateTimeOffset Now => now;

    public void Add(string kind, string subject, long bytes, string reason) => _items.Add(new CleanupItem(kind, subject, bytes, reason));

    /// <summary>Rows that are older than they are kept, told as one item.</summary>
    public void AddRows(string kind, TimeSpan kept, long count)
    {
        if (count > 0)
            Add(kind, string.Create(CultureInfo.InvariantCulture, $"{count} rows"), 0, string.Create(CultureInfo.InvariantCulture, $"They are older than {kept.TotalDays} days."));
    }

    public CleanupResult Result() => new(
        Count("manager"), Count("version"), Count("staging") + Count("blob"), _items.Sum(item => item.Bytes), [.. _items]);

    private int Count(string kind) => _items.Count(item => string.Equals(item.Kind, kind, StringComparison.Ordinal));
}
