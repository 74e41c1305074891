using System.Net;
using Berth.Events;
using Berth.Host.Dispatch;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Dispatch;

public sealed class HttpCapabilityTests : IAsyncLifetime
{
    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync();

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

    private string Path() => "/p/Echo/1.0.0/http?url=" + Uri.EscapeDataString(new Uri(_bed.Http.BaseAddress!, "/p/Echo/1.1.0/version").AbsoluteUri);
}
