namespace Berth.Registry.Trust.Quarantines;

/// <summary>One quarantine.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">One of <see cref="QuarantineKinds"/>.</param>
/// <param name="Subject">What is quarantined, as it was spelled.</param>
/// <param name="Reason">Why.</param>
/// <param name="SetBy">Who decided it.</param>
/// <param name="SetAt">When.</param>
/// <param name="ExpiresAt">When it ends by itself.</param>
/// <param name="LiftedBy">Who lifted it.</param>
/// <param name="LiftedAt">When it was lifted or had run out.</param>
public sealed record QuarantineRecord(
    string Id, string Kind, string Subject, string Reason, string SetBy, DateTimeOffset SetAt, DateTimeOffset? ExpiresAt, string? LiftedBy, DateTimeOffset? LiftedAt)
{
    /// <summary>Plugins it touched when it was set or lifted.</summary>
    public IReadOnlyList<string> Plugins { get; init; } = [];
}

/// <summary>A quarantine to be set.</summary>
/// <param name="Kind">One of <see cref="QuarantineKinds"/>.</param>
/// <param name="Subject">What.</param>
/// <param name="Reason">Why.</param>
public sealed record QuarantineDraft(string Kind, string Subject, string Reason)
{
    /// <summary>When it ends by itself.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Only judge.</summary>
    public bool IsDryRun { get; init; }
}
