namespace Berth.Packaging.Tests.Scanning;

internal static class ShouldBeMore
{
    /// <summary>The first of at least one.</summary>
    public static T ShouldHaveSingleItemOrMore<T>(this IEnumerable<T> items)
    {
        var list = items.ToList();
        list.ShouldNotBeEmpty();
        return list[0];
    }
}
