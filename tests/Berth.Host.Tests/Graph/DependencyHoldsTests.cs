using Berth.Host.Graph;

namespace Berth.Host.Tests.Graph;

public sealed class DependencyHoldsTests
{
    private static readonly PluginVersionId Base = new("Base", "1.0.0");
    private static readonly PluginVersionId Left = new("Left", "1.0.0");
    private static readonly PluginVersionId Right = new("Right", "1.0.0");

    private readonly DependencyHolds _holds = new();

    [Fact]
    public void What_nobody_needs_is_not_held_and_released_already()
    {
        _holds.IsHeld(Base).ShouldBeFalse();
        _holds.ReleasedAsync(Base).IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public void A_version_is_released_when_the_last_who_needs_it_lets_go()
    {
        var left = _holds.Hold(Base, Left);
        var right = _holds.Hold(Base, Right);
        var released = _holds.ReleasedAsync(Base);
        _holds.HoldersOf(Base).ShouldBe([Left, Right]);

        left.Dispose();
        left.Dispose();
        _holds.IsHeld(Base).ShouldBeTrue();
        released.IsCompleted.ShouldBeFalse();

        right.Dispose();
        _holds.IsHeld(Base).ShouldBeFalse();
        released.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public void A_holder_that_is_reloaded_holds_until_both_of_it_let_go()
    {
        var old = _holds.Hold(Base, Left);
        var fresh = _holds.Hold(Base, Left);

        old.Dispose();
        _holds.IsHeld(Base).ShouldBeTrue();
        fresh.Dispose();
        _holds.IsHeld(Base).ShouldBeFalse();
    }
}
