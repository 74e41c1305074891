using System.Net;
using Berth.Events;
using Berth.Host.Dispatch;
using Berth.Host.Isolation.Network;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Dispatch;

public sealed class HttpCapabilityTests : IAsyncLifetime
{
    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync(new HostOptions { Network = new NetworkOptions { Rules = NetworkRule.Parse("* private 127.0.0.0/8:*") } });

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public async Task A_granted_capability_reaches_out()
    {
        _bed.User.GrantedCapabilities = new HashSet<string> { Capabilities.HttpClient };
        (await _bed.Http.GetStringAsync(Path())).ShouldBe("1.1.0");
        (await _bed.Pool.UnloadAsync(new PluginVersionId("Echo", "1.0.0"))).ShouldBeOfType<UnloadOutcome.Unloaded>();
    }

    [Fact]
    public async Task What_the_user_did_not_grant_is_denied_by_name()
    {
        var denied = (await _bed.OutcomeAsync(Path())).ShouldBeOfType<DispatchOutcome.Denied>();
        denied.Code.ShouldBe("capability.denied");
        denied.Reason.ShouldContain(Capabilities.HttpClient);
        denied.Reason.ShouldContain("not granted");
        var told = _bed.Events.Of<CapabilityDenied>().ShouldHaveSingleItem();
        told.Capability.ShouldBe(Capabilities.HttpClient);
        _bed.Events.UsersOf(told).ShouldBe([PluginBed.UserId]);
    }

    [Fact]
    public async Task What_the_manifest_does_not_declare_is_denied_whatever_was_granted()
    {
        _bed.User.GrantedCapabilities = new HashSet<string> { Capabilities.HttpClient };
        _bed.Source.Change = files => files with { Manifest = files.Manifest with { Security = new() } };
        (await _bed.Http.GetAsync(Path())).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        _bed.Outcomes.Last().ShouldBeOfType<DispatchOutcome.Denied>().Reason.ShouldContain("does not declare");
    }

    [Fact]
    public async Task A_connection_is_told_with_what_went_through_it_and_ends_with_the_instance()
    {
        _bed.User.GrantedCapabilities = new HashSet<string> { Capabilities.HttpClient };
        (await _bed.Http.GetStringAsync(Path())).ShouldBe("1.1.0");
        var opened = _bed.Events.Of<NetworkConnectionOpened>().ShouldHaveSingleItem();
        (opened.Slug, opened.Version, opened.Host, opened.Address).ShouldBe(("Echo", "1.0.0", "127.0.0.1", "127.0.0.1"));

        (await _bed.Pool.UnloadAsync(new PluginVersionId("Echo", "1.0.0"))).ShouldBeOfType<UnloadOutcome.Unloaded>();
        await Eventually.BeTrueAsync(() => _bed.Events.Of<NetworkConnectionClosed>().Count == 1);
        var closed = _bed.Events.Of<NetworkConnectionClosed>().Single();
        closed.BytesSent.ShouldBeGreaterThan(0);
        closed.BytesReceived.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task An_address_of_the_inner_network_is_denied_unless_it_was_opened()
    {
        await using var bed = await PluginBed.StartAsync();
        bed.User.GrantedCapabilities = new HashSet<string> { Capabilities.HttpClient };
        var denied = (await bed.OutcomeAsync("/p/Echo/1.0.0/http?url=http://127.0.0.1/")).ShouldBeOfType<DispatchOutcome.Denied>();
        denied.Code.ShouldBe("capability.denied");
        denied.Reason.ShouldContain("no address of the public internet");
        bed.Events.Of<NetworkConnectionRefused>().ShouldHaveSingleItem().Code.ShouldBe("network.address_not_public");
    }

    [Fact]
    public async Task A_host_that_the_manifest_does_not_name_is_denied()
    {
        _bed.User.GrantedCapabilities = new HashSet<string> { Capabilities.HttpClient };
        Berth.Packaging.Manifest.HostPattern.TryParse("api.example.com", out var named).ShouldBeTrue();
        _bed.Source.Change = files => files with { Manifest = files.Manifest with { Security = files.Manifest.Security with { NetworkHosts = [named!] } } };
        (await _bed.OutcomeAsync(Path())).ShouldBeOfType<DispatchOutcome.Denied>().Reason.ShouldContain("security.network.hosts (api.example.com)");
    }

    private string Path() => "/p/Echo/1.0.0/http?url=" + Uri.EscapeDataString(new Uri(_bed.Http.BaseAddress!, "/p/Echo/1.1.0/version").AbsoluteUri);
}
