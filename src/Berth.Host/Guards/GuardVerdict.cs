namespace Berth.Host.Guards;

/// <summary>What came of asking a guard. Only <see cref="Allowed"/> lets a request go on.</summary>
internal abstract record GuardVerdict
{
    private GuardVerdict()
    {
    }

    /// <summary>The guard said yes.</summary>
    public sealed record Allowed : GuardVerdict
    {
        public static Allowed Instance { get; } = new();
    }

    /// <summary>Anything else.</summary>
    /// <param name="Why">Which kind of no.</param>
    /// <param name="Code">Stable and dotted, for example <c>guard.denied</c>.</param>
    /// <param name="Guard">The guard that decided, or could not.</param>
    /// <param name="Provider">The slug of the plugin whose guard it is.</param>
    /// <param name="Reason">For the caller; texts only.</param>
    public sealed record Refused(GuardRefusal Why, string Code, string Guard, string Provider, string Reason) : GuardVerdict;

    public static Refused Denied(GuardSpec guard, string? reason) =>
        new(GuardRefusal.Denied, "guard.denied", guard.Name, guard.Provider, reason ?? $"The guard '{guard.Name}' denied the request.");

    public static Refused Failed(GuardSpec guard, string what) =>
        new(GuardRefusal.Failed, "guard.failed", guard.Name, guard.Provider, $"The guard '{guard.Name}' failed, so the request is denied: {what}");

    public static Refused TimedOut(GuardSpec guard, TimeSpan limit) =>
        new(GuardRefusal.Failed, "guard.timed_out", guard.Name, guard.Provider, $"The guard '{guard.Name}' did not decide within {limit.TotalSeconds:0.###} s, so the request is denied.");

    public static Refused Circle(GuardSpec guard) =>
        new(GuardRefusal.Failed, "guard.circle", guard.Name, guard.Provider, $"The guard '{guard.Name}' of '{guard.Provider}' waits for itself by way of another plugin, so the request is denied. The publishers have to take one dependency away.");

    public static Refused Missing(string guard, string provider, string reason) =>
        new(GuardRefusal.Missing, "guard.missing", guard, provider, reason);

    public static Refused NotExported(string guard, PluginVersionId provider) =>
        new(GuardRefusal.Missing, "guard.not_exported", guard, provider.Slug, $"{provider} keeps its guard '{guard}' to itself, so the request is denied. Its publisher has to export it, or the other plugin has to do without.");

    public static Refused Unavailable(GuardSpec guard, string reason) =>
        new(GuardRefusal.Missing, "guard.unavailable", guard.Name, guard.Provider, $"The guard '{guard.Name}' cannot be asked, so the request is denied: {reason}");
}

/// <summary>The kinds of no; each is told as an event of its own.</summary>
internal enum GuardRefusal
{
    /// <summary>The guard denied.</summary>
    Denied,

    /// <summary>It threw, gave no answer, took too long, or waits for itself.</summary>
    Failed,

    /// <summary>It cannot be had.</summary>
    Missing,
}
