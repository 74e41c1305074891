using Berth.Packaging.Dependencies;

namespace Berth.Packaging.Tests.Dependencies;

public sealed class DependencyOrderTests
{
    private static readonly Dictionary<string, string[]> Needs = new() { ["a"] = ["c"], ["b"] = [], ["c"] = ["d", "d"], ["d"] = [], ["e"] = ["elsewhere"] };

    [Theory]
    [InlineData("a", "b", "c", "d", "e")]
    [InlineData("e", "d", "c", "b", "a")]
    public void What_is_needed_comes_first_and_otherwise_the_smallest(params string[] items) =>
        DependencyOrder.Of(items, item => Needs[item], StringComparer.Ordinal).ShouldBe(["b", "d", "c", "a", "e"]);

    [Fact]
    public void A_circle_is_no_order() =>
        Should.Throw<InvalidOperationException>(() => DependencyOrder.Of(["x", "y", "z"], item => item == "x" ? ["y"] : item == "y" ? ["x"] : [], StringComparer.Ordinal))
            .Message.ShouldContain("x, y");
}
