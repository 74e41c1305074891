using Berth.Host.Isolation;
using Berth.Lifecycle.Operations;
using Berth.Packaging.Enforcement;

namespace Berth.Lifecycle.Isolation;

/// <summary>
/// Where administrators want plugins to run at least, beside what the trust policies say: the stronger of both holds. Kept in the
/// database; on this node in force at once for what is loaded from then on, on others within <see cref="Interval"/>. What runs
/// is moved within half a minute more.
/// </summary>
public interface IIsolationRules
{
    /// <summary>How long another node, or a change of what belongs to a publisher, may go unnoticed.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>All rules: those of plugins first, each kind by its subject.</summary>
    Task<IReadOnlyList<IsolationRule>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Sets a rule, in the place of the one there was. After: it is in the database with its trail and in force for the next load on
    /// this node. After a failure: as before.
    /// </summary>
    /// <returns>The rule; <see langword="null"/> when the registry knows no such publisher.</returns>
    /// <exception cref="Store.PackageSourceUnavailableException">The registry does not say what belongs to the publisher.</exception>
    Task<IsolationRule?> SetAsync(OperationCaller administrator, IsolationRuleDraft draft, CancellationToken cancellationToken = default);

    /// <summary>Takes a rule away. Returns whether there was one.</summary>
    Task<bool> RemoveAsync(OperationCaller administrator, string kind, string subject, CancellationToken cancellationToken = default);
}

/// <summary>What an administrator asks for.</summary>
/// <param name="Kind"><see cref="IsolationRule.Plugin"/> or <see cref="IsolationRule.Publisher"/>.</param>
/// <param name="Subject">The slug, or the publisher's name.</param>
/// <param name="Level">The weakest isolation level.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record IsolationRuleDraft(string Kind, string Subject, string Level, string Reason)
{
    /// <summary>What its workers may use at most.</summary>
    public UsageLimits Limits { get; init; } = new();

    /// <summary>Whether nothing is kept.</summary>
    public bool IsDryRun { get; init; }
}

/// <summary>One rule.</summary>
/// <param name="Kind"><see cref="Plugin"/> or <see cref="Publisher"/>.</param>
/// <param name="Subject">The slug, or the publisher's name.</param>
/// <param name="Level">The weakest isolation level.</param>
/// <param name="Limits">What its workers may use at most.</param>
/// <param name="Plugins">The slugs that it hits, as far as this host knows.</param>
/// <param name="Reason">Why.</param>
/// <param name="SetBy">Who set it.</param>
/// <param name="SetAt">When.</param>
public sealed record IsolationRule(
    string Kind, string Subject, string Level, UsageLimits Limits, IReadOnlyList<string> Plugins, string Reason, string SetBy, DateTimeOffset SetAt)
{
    /// <summary>A rule for one plugin.</summary>
    public const string Plugin = "plugin";

    /// <summary>A rule for all plugins of a publisher.</summary>
    public const string Publisher = "publisher";

    /// <summary>The levels that a rule can name. <c>vm</c> keeps .NET code from running at all: a rule cannot move it there.</summary>
    public static IReadOnlyList<string> Levels { get; } = [IsolationLevels.Process, IsolationLevels.Sandbox, IsolationLevels.Container, IsolationLevels.Vm];
}
