namespace Berth.Packaging.Manifest;

/// <summary>The manifest's <c>events.lifecycle</c>: which of the plugin's own hooks run, member by member.</summary>
public sealed record LifecycleHooksManifest
{
    /// <summary>Before the version starts; a failure ends the load.</summary>
    public HookManifest BeforeLoad { get; init; } = HookManifest.All;

    /// <summary>Once it runs.</summary>
    public HookManifest AfterLoad { get; init; } = HookManifest.All;

    /// <summary>When it is about to be unloaded.</summary>
    public HookManifest BeforeUnload { get; init; } = HookManifest.All;

    /// <summary>When a call into it failed.</summary>
    public HookManifest OnError { get; init; } = HookManifest.All;
}

/// <summary>Which hooks run at one point.</summary>
/// <param name="Names">The named ones in this order; <see langword="null"/>: all that the code has; empty: none.</param>
public sealed record HookManifest(IReadOnlyList<string>? Names)
{
    /// <summary>All that the code has, in the order in which it adds them: <c>true</c>, or no member.</summary>
    public static HookManifest All { get; } = new((IReadOnlyList<string>?)null);

    /// <summary>None: <c>false</c>.</summary>
    public static HookManifest None { get; } = new([]);
}
