namespace Berth;

/// <summary>
/// Decides whether a request may reach an endpoint, of its own plugin or, when it is exported, of one that depends on it.
/// Whatever is not a clear yes denies: an exception, too long a time, no answer.
/// </summary>
public interface IGuard
{
    /// <summary>Decides on one request, before anything of its body is read.</summary>
    ValueTask<GuardDecision> DecideAsync(GuardContext context, CancellationToken cancellationToken);
}

/// <summary>A guard's answer.</summary>
/// <param name="IsAllowed">Whether the request goes on.</param>
/// <param name="Reason">Why not, as a sentence for the caller.</param>
public sealed record GuardDecision(bool IsAllowed, string? Reason)
{
    /// <summary>The request goes on.</summary>
    public static GuardDecision Allow { get; } = new(true, null);

    /// <summary>The request ends with 403.</summary>
    public static GuardDecision Deny(string reason) => new(false, reason);
}
