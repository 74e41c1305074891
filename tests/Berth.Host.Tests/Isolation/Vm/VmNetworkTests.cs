using System.Net;
using Berth.Events;
using Berth.Host.Isolation.Network;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Isolation.Vm;

/// <summary>The one way out: the host's proxy, from inside the sandbox.</summary>
public sealed class VmNetworkTests : IAsyncLifetime
{
    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync(new HostOptions { Network = new NetworkOptions { Rules = NetworkRule.Parse("* private 127.0.0.0/8:*") } }, hasAllLevels: true);

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public async Task A_granted_request_goes_through_the_proxy_and_is_told()
    {
        _bed.User.GrantedCapabilities = new HashSet<string> { Capabilities.HttpClient };
        var target = new Uri(_bed.Http.BaseAddress!, "/p/Echo/1.0.0/version");
        (await _bed.Http.GetStringAsync($"/p/Scripted/1.0.0/fetch?url={Uri.EscapeDataString(target.ToString())}")).ShouldBe("1.0.0");
        _bed.Events.Of<NetworkConnectionOpened>().ShouldContain(opened => opened.Slug == "Scripted" && opened.Address == "127.0.0.1");
    }

    [Fact]
    public async Task What_the_proxy_refuses_is_denied_as_what_the_capability_does_not_reach()
    {
        _bed.User.GrantedCapabilities = new HashSet<string> { Capabilities.HttpClient };
        using var refused = await _bed.Http.GetAsync("/p/Scripted/1.0.0/fetch?url=http://169.254.169.254/");
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var told = await refused.Content.ReadAsStringAsync();
        told.ShouldContain("CapabilityDeniedError");
        told.ShouldContain("is in force, but does not permit this: ");
    }
}
