using Berth.Packaging.Archive;

namespace Berth.Registry.Publishing;

/// <summary>One publish, from the moment that its package was read.</summary>
/// <param name="Id">32 hexadecimal digits.</param>
/// <param name="Slug">The manifest's.</param>
/// <param name="Version">The manifest's.</param>
/// <param name="Digest">SHA-256 of the package.</param>
/// <param name="State">One of <see cref="PublicationState"/>.</param>
/// <param name="PublishedBy">A user id.</param>
/// <param name="Stages">What the stages have said so far, with evidence.</param>
/// <param name="Error">Why it was refused.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="UpdatedAt">When it moved last.</param>
public sealed record Publication(
    string Id,
    string Slug,
    string Version,
    string Digest,
    string State,
    string PublishedBy,
    IReadOnlyList<StageRecord> Stages,
    PublicationError? Error,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>Whether nothing more comes.</summary>
    public bool HasEnded => State != PublicationState.Running;
}

/// <summary>Why a publish that was not waited for kept nothing.</summary>
public sealed record PublicationError(string Code, string Message, IReadOnlyList<PackageFault> Faults);

/// <summary>Where a publication stands.</summary>
public static class PublicationState
{
    /// <summary>Its stages run, or will run again after a process died.</summary>
    public const string Running = "running";

    /// <summary>It ended with a visible version.</summary>
    public const string Visible = "visible";

    /// <summary>It ended with a version that waits for a reviewer.</summary>
    public const string Held = "held";

    /// <summary>It ended with a version that a reviewer rejected.</summary>
    public const string Rejected = "rejected";

    /// <summary>It ended without a version.</summary>
    public const string Refused = "refused";
}
