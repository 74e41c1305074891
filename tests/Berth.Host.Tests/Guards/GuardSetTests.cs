using Berth.Host.Guards;
using Berth.Packaging.Manifest;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Tests.Guards;

public sealed class GuardSetTests
{
    [Fact]
    public void A_chain_of_a_thousand_guards_is_put_in_order_and_each_occurs_once()
    {
        var set = Set([.. Enumerable.Range(0, 1000).Select(i => Guard($"g{i}", i < 999 ? [$"g{i + 1}", "g999"] : []))]);
        var order = set.OrderOf(set.Find("g0")!);
        order.Count.ShouldBe(1000);
        order.Select(guard => guard.Name).ShouldBe(Enumerable.Range(0, 1000).Reverse().Select(i => $"g{i}"));
    }

    [Fact]
    public void Dependencies_come_first_in_their_declared_order()
    {
        var set = Set([Guard("top", ["left", "right"]), Guard("left", ["base"]), Guard("right", ["base"]), Guard("base", [])]);
        set.OrderOf(set.Find("top")!).Select(guard => guard.Name).ShouldBe(["base", "left", "right", "top"]);
    }

    [Fact]
    public void A_name_is_found_in_its_own_case_only() => Set([Guard("door", [])]).Find("Door").ShouldBeNull();

    [Fact]
    public void A_guard_that_is_being_asked_is_not_asked_again()
    {
        var guard = Set([Guard("door", [])]).Find("door")!;
        var round = new GuardRound(null!, CancellationToken.None);
        round.TryEnter(guard).ShouldBeTrue();
        round.TryEnter(guard).ShouldBeFalse();
        round.Leave(guard, GuardVerdict.Denied(guard, null));
        round.HasPassed(guard).ShouldBeFalse();
        round.TryEnter(guard).ShouldBeTrue();
        round.Leave(guard, GuardVerdict.Allowed.Instance);
        round.HasPassed(guard).ShouldBeTrue();
    }

    private static GuardManifest Guard(string name, string[] dependencies) => new(name, "Door", "local", null, Exported: false, dependencies);

    private static GuardSet Set(IEnumerable<GuardManifest> guards) =>
        new(new Plugin(), [.. guards.Select(guard => new GuardSpec(guard, "Doors", new GuardCounts()))]);

    private sealed class Plugin : IPluginContext
    {
        public string Slug => "Doors";

        public string Version => "1.0.0";

        public ILogger Logger => throw new NotSupportedException();

        public IReadOnlySet<string> Capabilities { get; } = new HashSet<string>();

        public string Directory => "";

        public CancellationToken Unloading => CancellationToken.None;
    }
}
