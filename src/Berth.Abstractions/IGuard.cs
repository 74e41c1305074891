namespace Berth;

/// <summary>Decides whether a request may reach an endpoint of the plugin. Denies when it throws.</summary>
public interface IGuard
{
    /// <summary>Decides on one request.</summary>
    ValueTask<GuardDecision> DecideAsync(GuardContext context, CancellationToken cancellationToken);
}

/// <summary>What a guard may look at.</summary>
/// <param name="Guard">The guard's name, as the endpoint requires it.</param>
/// <param name="User">The caller.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path below <c>/p/{slug}</c>.</param>
/// <param name="RouteValues">The values of the matched route.</param>
public sealed record GuardContext(string Guard, IPluginUser User, string Method, string Path, IReadOnlyDictionary<string, string?> RouteValues);

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
