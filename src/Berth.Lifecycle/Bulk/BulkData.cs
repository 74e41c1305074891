namespace Berth.Lifecycle.Bulk;

/// <summary>What a bulk operation needs to go on after a kill (<c>operation.data</c>).</summary>
internal sealed record BulkData
{
    public required string Operation { get; init; }

    public required string ActorId { get; init; }

    public string? RequestId { get; init; }

    public string? Version { get; init; }

    public IReadOnlyList<string>? Grant { get; init; }

    /// <summary>The users named; <see langword="null"/> for all.</summary>
    public IReadOnlyList<string>? Users { get; init; }

    /// <summary>Up to here all users are done: an index into <see cref="Users"/>, or the last user's id.</summary>
    public string Cursor { get; init; } = "";

    /// <summary>How it stood at <see cref="Cursor"/>.</summary>
    public required BulkProgress AtCursor { get; init; }
}

/// <summary>How far a bulk operation is (<c>operation.progress</c>).</summary>
internal sealed record BulkProgress(long Total, long Done, long Succeeded, long Failed, IReadOnlyList<BulkFailure> Failures)
{
    /// <summary>So many failures are told one by one; all are in the journal.</summary>
    public const int MostFailures = 100;

    public static BulkProgress Of(long total) => new(total, 0, 0, 0, []);

    public BulkProgress With(BulkFailure? failure) => failure is null
        ? this with { Done = Done + 1, Succeeded = Succeeded + 1 }
        : this with { Done = Done + 1, Failed = Failed + 1, Failures = Failures.Count < MostFailures ? [.. Failures, failure] : Failures };
}

/// <summary>Why it did not work for one user.</summary>
internal sealed record BulkFailure(string UserId, string Code, string Message);

/// <summary>What audit and events say of a bulk operation.</summary>
internal sealed record BulkTrail(string OperationId, string Operation, string Slug, string? Version, long Total, long? Succeeded = null, long? Failed = null, string? Code = null);
