using Berth.Host.Graph;

namespace Berth.Host.Tests.Graph;

public sealed class DependencyWaitsTests
{
    private static readonly PluginVersionId A = new("A", "1.0.0");
    private static readonly PluginVersionId B = new("B", "1.0.0");
    private static readonly PluginVersionId C = new("C", "1.0.0");

    private readonly DependencyWaits _waits = new();

    [Fact]
    public void Who_would_wait_for_itself_through_others_is_told_so()
    {
        _waits.TryBegin(A, [B]).ShouldNotBeNull();
        _waits.TryBegin(B, [C]).ShouldNotBeNull();

        _waits.TryBegin(C, [A]).ShouldBeNull();
    }

    [Fact]
    public void A_wait_that_has_ended_is_in_nobodys_way()
    {
        _waits.TryBegin(A, [B])!.Dispose();

        _waits.TryBegin(B, [A]).ShouldNotBeNull();
    }

    [Fact]
    public void Many_may_wait_for_the_same()
    {
        _waits.TryBegin(A, [C]).ShouldNotBeNull();
        _waits.TryBegin(B, [C]).ShouldNotBeNull();
    }
}
