using Berth.Lifecycle.Operations;

namespace Berth.Server.Idempotency;

/// <summary>What a request with a key is.</summary>
internal abstract record IdempotencyClaim
{
    private IdempotencyClaim()
    {
    }

    /// <summary>The first with this key, or the next attempt after one that left no answer.</summary>
    /// <param name="Id">By what the request is known.</param>
    /// <param name="Attempt">By what this attempt is known.</param>
    /// <param name="Completed">Operations that an attempt before did durably, although its answer was lost.</param>
    public sealed record Ours(string Id, string Attempt, IReadOnlyList<OperationResult> Completed) : IdempotencyClaim;

    /// <summary>A repetition; this was the answer.</summary>
    public sealed record Answered(KeptAnswer Answer) : IdempotencyClaim;

    /// <summary>The first one still runs.</summary>
    public sealed record InProgress : IdempotencyClaim;

    /// <summary>The key was used for something else.</summary>
    public sealed record Reused : IdempotencyClaim;
}

/// <summary>An answer as it is given again.</summary>
internal sealed record KeptAnswer(long Status, string? ContentType, string? Location, byte[]? Body);
