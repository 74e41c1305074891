using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Migration;

public sealed class OldWorldsTests
{
    [Fact]
    public void The_same_seed_makes_the_same_old_world()
    {
        using var first = new TestFolder();
        using var second = new TestFolder();
        OldWorlds.Large(first.Path, seed: 5, users: 8, padding: 10).Write();
        OldWorlds.Large(second.Path, seed: 5, users: 8, padding: 10).Write();
        var listing = TreeListing.Of(first.Path, withTimes: false);
        listing.Count.ShouldBeGreaterThan(250);
        TreeListing.Of(second.Path, withTimes: false).ShouldBe(listing);
    }
}
