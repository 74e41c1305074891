using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>What a set breaks.</summary>
/// <param name="Kind">Which rule.</param>
/// <param name="From">Whose manifest says so.</param>
/// <param name="Slug">The plugin it is about.</param>
internal sealed record Violation(ViolationKind Kind, SetNode From, string Slug)
{
    /// <summary>What the set has of <see cref="Slug"/>.</summary>
    public SetNode? To { get; init; }

    public VersionRange? Range { get; init; }

    /// <summary>The plugin whose version is not decided yet, and must be another one; <see langword="null"/> when nothing can mend it.</summary>
    public string? Open { get; init; }

    /// <summary>The names in a circle, the first one again at the end.</summary>
    public List<string> Cycle { get; init; } = [];
}

internal enum ViolationKind
{
    /// <summary>The version itself cannot be put in force.</summary>
    Fault,

    /// <summary>A dependency is not there.</summary>
    Missing,

    /// <summary>A dependency is there in another version.</summary>
    Version,

    /// <summary>A dependency is switched off.</summary>
    Disabled,

    /// <summary>Two plugins exclude each other.</summary>
    Conflict,

    /// <summary>Plugins need each other in a circle.</summary>
    Cycle,
}
