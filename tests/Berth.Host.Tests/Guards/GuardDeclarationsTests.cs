using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Guards;

public sealed class GuardDeclarationsTests : IAsyncLifetime
{
    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync();

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Theory]
    [InlineData("GuardTwice", "'door' twice")]
    [InlineData("GuardWrongClass", "no class that implements Berth.IGuard")]
    public async Task R40_A_version_whose_guards_cannot_be_told_apart_or_found_does_not_run(string slug, string reason)
    {
        var failed = await _bed.FailAsync(slug);
        failed.Code.ShouldBe("plugin.guard_invalid");
        failed.Reason.ShouldContain(reason);
    }
}
