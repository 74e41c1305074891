namespace Berth.Cli.Http;

/// <summary>What a stage of the registry says.</summary>
internal sealed record UploadStage(string Stage, string Verdict, string? Code, string? Reason)
{
    /// <summary>For people.</summary>
    public string Line => $"  {Stage}: {Verdict.Replace('_', ' ')}{(Reason is null ? "" : $" ({Code}: {Reason})")}";
}

/// <summary>What the registry answers to an upload, or about its operation; members that do not apply are absent.</summary>
internal sealed record UploadAnswer(
    string? State = null, string? OperationId = null, IReadOnlyList<UploadStage>? Stages = null, UploadReview? Review = null, UploadError? Error = null);

/// <summary>Where a held version stands.</summary>
internal sealed record UploadReview(string? Id, long? Position);

/// <summary>Why it was refused.</summary>
internal sealed record UploadError(string? Code, string? Message, IReadOnlyList<UploadFault>? Errors);

/// <summary>One reason.</summary>
internal sealed record UploadFault(string Code, string Message, string? Entry, string? Pointer);

/// <summary>How a publication ended.</summary>
/// <param name="State">For programs: <c>published</c>, <c>unchanged</c>, <c>accepted</c>, <c>held</c>, <c>rejected</c>.</param>
/// <param name="OperationId">To ask for what becomes of it.</param>
/// <param name="Stages">What the stages said.</param>
/// <param name="Review">Where it stands, when it is held.</param>
internal sealed record UploadOutcome(string State, string? OperationId = null, IReadOnlyList<UploadStage>? Stages = null, UploadReview? Review = null)
{
    /// <summary>From an answer.</summary>
    public static UploadOutcome Of(string state, UploadAnswer answer) => new(state, answer.OperationId, answer.Stages, answer.Review);

    /// <summary>For people.</summary>
    public string Sentence(string slug, string version) => State switch
    {
        "unchanged" => $"{slug} {version} was published already, with the same bytes.",
        "accepted" => $"{slug} {version} was accepted; the registry is still checking it{(OperationId is null ? "" : $" (operation {OperationId})")}.",
        "held" => $"{slug} {version} is held for review{(Review?.Position is { } position ? $", number {position} in the queue" : "")}. See `berth review list --mine`.",
        "rejected" => $"{slug} {version} was rejected by a reviewer. See `berth review list --mine --state rejected`.",
        _ => $"Published {slug} {version}.",
    };
}
