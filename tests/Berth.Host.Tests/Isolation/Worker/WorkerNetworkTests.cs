using Berth.Events;
using Berth.Host.Dispatch;
using Berth.Host.Isolation.Network;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Isolation.Worker;

/// <summary>The injected client of a plugin in a worker: unchanged, through the host's proxy.</summary>
public sealed class WorkerNetworkTests : IAsyncLifetime
{
    private PluginBed _bed = null!;

    public async Task InitializeAsync() =>
        _bed = await PluginBed.StartWithWorkersAsync(new HostOptions { Network = new NetworkOptions { Rules = NetworkRule.Parse("* private 127.0.0.1:*") } });

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public async Task What_is_granted_is_reached_and_told_and_ends_with_the_worker()
    {
        _bed.User.GrantedCapabilities = new HashSet<string> { Capabilities.HttpClient };

        (await _bed.Http.GetStringAsync(Path("127.0.0.1"))).ShouldBe("1.1.0");

        _bed.Events.Of<NetworkConnectionOpened>().ShouldHaveSingleItem().Slug.ShouldBe("Echo");
        (await _bed.Pool.UnloadAsync(new PluginVersionId("Echo", "1.0.0"))).ShouldBeOfType<UnloadOutcome.Unloaded>();
        await Eventually.BeTrueAsync(() => _bed.Events.Of<NetworkConnectionClosed>().Count == 1);
    }

    [Fact]
    public async Task What_may_not_be_reached_is_denied_as_in_process()
    {
        _bed.User.GrantedCapabilities = new HashSet<string> { Capabilities.HttpClient };

        var denied = (await _bed.OutcomeAsync(Path("127.0.0.2"))).ShouldBeOfType<DispatchOutcome.Denied>();

        denied.Code.ShouldBe("capability.denied");
        _bed.Events.Of<NetworkConnectionOpened>().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_user_did_not_grant_is_denied_by_name() =>
        (await _bed.OutcomeAsync(Path("127.0.0.1"))).ShouldBeOfType<DispatchOutcome.Denied>().Reason.ShouldContain("not granted");

    private string Path(string host) =>
        "/p/Echo/1.0.0/http?url=" + Uri.EscapeDataString(new UriBuilder(_bed.Http.BaseAddress!) { Host = host, Path = "/p/Echo/1.1.0/version" }.Uri.AbsoluteUri);
}
