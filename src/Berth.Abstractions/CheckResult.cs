namespace Berth;

/// <summary>What a lifecycle manager found when it checked an installation.</summary>
/// <param name="IsHealthy">Whether the installation works.</param>
/// <param name="Problems">What is wrong, one sentence each; empty when healthy.</param>
public sealed record CheckResult(bool IsHealthy, IReadOnlyList<string> Problems)
{
    /// <summary>Nothing is wrong.</summary>
    public static CheckResult Healthy { get; } = new(true, []);

    /// <summary>Something is wrong.</summary>
    public static CheckResult Unhealthy(params IReadOnlyList<string> problems) => new(false, problems);
}
