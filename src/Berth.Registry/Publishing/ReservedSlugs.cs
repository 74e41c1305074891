using Berth.Packaging.Archive;

namespace Berth.Registry.Publishing;

/// <summary>Words that stand where a slug could stand in the addresses of host and registry: a plugin of that name would be hidden behind a route.</summary>
public static class ReservedSlugs
{
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "available", "bulk", "categories", "direct", "install", "manager", "manifest", "operations", "public", "search", "shares", "system", "tags", "updates",
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<string> All => Words;

    /// <summary>The fault of a package whose name is one of the words.</summary>
    public static PackageFault? Check(string slug) =>
        Words.Contains(slug)
            ? new PackageFault("slug.reserved", $"The name '{slug}' is a word of the addresses of Berth itself. Choose another name.", Pointer: "/name")
            : null;
}
