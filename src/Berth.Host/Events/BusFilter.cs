using Berth.Events;

namespace Berth.Host.Events;

/// <summary>Which events a reader of the bus wants; by default all that happen in this process.</summary>
public sealed record BusFilter
{
    /// <summary>Types, or prefixes that end in <c>*</c> such as <c>berth.guard.*</c>; empty for all.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>About which plugin, without regard to case; <see langword="null"/> for all.</summary>
    public string? Slug { get; init; }

    /// <summary>Of a plugin's own events: which one; <see langword="null"/> for all.</summary>
    public string? EventName { get; init; }

    /// <summary>Whose; <see langword="null"/> for everybody's.</summary>
    public string? UserId { get; init; }

    /// <summary>Only what the catalogue protects.</summary>
    public bool IsProtectedOnly { get; init; }

    /// <summary>
    /// Also what others wrote to the outbox: operations, the registry, plugins on other nodes. Without it, only what this
    /// process's host raises.
    /// </summary>
    public bool IncludesStored { get; init; }

    /// <summary>Whether an event is wanted.</summary>
    public bool Matches(HostEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        return (!IsProtectedOnly || happened.IsProtected)
            && (IncludesStored || happened.Number is null)
            && (Types.Count == 0 || Types.Any(wanted => IsOfType(happened.Type, wanted)))
            && (UserId is null || string.Equals(UserId, happened.UserId, StringComparison.Ordinal))
            && (Slug is null || string.Equals(Slug, happened.Slug, StringComparison.OrdinalIgnoreCase))
            && (EventName is null || (happened.Data is PluginEventPublished published && string.Equals(EventName, published.Event, StringComparison.Ordinal)));
    }

    private static bool IsOfType(string type, string wanted) => wanted.EndsWith('*')
        ? type.AsSpan().StartsWith(wanted.AsSpan(0, wanted.Length - 1), StringComparison.Ordinal)
        : string.Equals(type, wanted, StringComparison.Ordinal);
}
