using System.Text.Json;

namespace Berth.Lifecycle.Events;

/// <summary>Which events somebody wants.</summary>
/// <param name="UserId">Whose; <see langword="null"/> for everybody's.</param>
/// <param name="Types">Types, or prefixes that end in <c>*</c>; empty for all.</param>
/// <param name="Slug">Of which plugin, without regard to case; <see langword="null"/> for all.</param>
public sealed record EventFilter(string? UserId = null, IReadOnlyList<string>? Types = null, string? Slug = null)
{
    /// <summary>Whether an event is wanted.</summary>
    public bool Matches(PublishedEvent published)
    {
        ArgumentNullException.ThrowIfNull(published);
        return (UserId is null || string.Equals(UserId, published.UserId, StringComparison.Ordinal))
            && (Types is not { Count: > 0 } types || types.Any(type => IsOfType(published.Type, type)))
            && (Slug is null || string.Equals(Slug, SlugOf(published.DataJson), StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsOfType(string type, string wanted) => wanted.EndsWith('*')
        ? type.AsSpan().StartsWith(wanted.AsSpan(0, wanted.Length - 1), StringComparison.Ordinal)
        : string.Equals(type, wanted, StringComparison.Ordinal);

    private static string? SlugOf(string json)
    {
        using var data = JsonDocument.Parse(json);
        return data.RootElement.ValueKind == JsonValueKind.Object && data.RootElement.TryGetProperty("slug", out var slug) && slug.ValueKind == JsonValueKind.String
            ? slug.GetString()
            : null;
    }
}
