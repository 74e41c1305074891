namespace Berth.Lifecycle.Operations.Journal;

/// <summary>What the undo, the recovery and the recovery record need to know of an operation (<c>operation.data</c>).</summary>
internal sealed record OperationData
{
    /// <summary>The generation of documents that the operation made for itself; dropped when it is undone.</summary>
    public long? Generation { get; init; }

    public string? Version { get; init; }

    public string? FromVersion { get; init; }

    public string? InstallationType { get; init; }

    public string? SourceUrl { get; init; }

    public string? InstalledBy { get; init; }
}

/// <summary>What audit and events say of an operation.</summary>
internal sealed record OperationDetail(
    string OperationId, string Slug, string? Version = null, string? PreviousVersion = null, bool? Purged = null, string? Step = null, string? Code = null, string? Message = null,
    string? Module = null, IReadOnlyList<string>? Changed = null, string? Variant = null,
    IReadOnlyList<string>? Granted = null, IReadOnlyList<string>? Revoked = null);

/// <summary>A step that was reached (<c>operation.steps</c>): its name, and when in Unix milliseconds.</summary>
internal sealed record JournalStep(string Name, long At);
