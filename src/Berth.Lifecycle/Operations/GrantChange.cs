namespace Berth.Lifecycle.Operations;

/// <summary>What a request changes of what is granted.</summary>
/// <param name="Granted">What was not granted and is now, in order.</param>
/// <param name="Revoked">What was granted and is no more, in order.</param>
/// <param name="After">All that is granted afterwards.</param>
internal sealed record GrantChange(IReadOnlyList<string> Granted, IReadOnlyList<string> Revoked, IReadOnlySet<string> After)
{
    public bool IsNone => Granted.Count == 0 && Revoked.Count == 0;

    public static GrantChange Of(IReadOnlySet<string> before, ChangeGrantsRequest request)
    {
        var after = new HashSet<string>(before, StringComparer.Ordinal);
        after.UnionWith(request.Grant);
        after.ExceptWith(request.Revoke);
        return new GrantChange(Sorted(after.Except(before)), Sorted(before.Except(after)), after);
    }

    private static IReadOnlyList<string> Sorted(IEnumerable<string> names) => [.. names.Order(StringComparer.Ordinal)];
}
