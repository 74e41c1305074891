using System.Text;
using Berth.Host.Dispatch;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Guards;

public sealed class GuardGateTests : IAsyncLifetime
{
    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync();

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Theory]
    [InlineData("/allowed")]
    [InlineData("/of/" + PluginBed.UserId)]
    public async Task An_allowed_request_goes_on(string path) =>
        (await _bed.Http.GetAsync("/p/Guarded/1.0.0" + path)).IsSuccessStatusCode.ShouldBeTrue();

    [Theory]
    [InlineData("/denied", "guard.denied", "not today")]
    [InlineData("/both", "guard.denied", "not today")]
    [InlineData("/of/another", "guard.denied", "not yours")]
    [InlineData("/missing", "guard.missing", "'nobody'")]
    [InlineData("/thrown", "guard.failed", "guard fault")]
    public async Task Everything_else_is_denied(string path, string code, string reason)
    {
        var denied = (await _bed.OutcomeAsync("/p/Guarded/1.0.0" + path)).ShouldBeOfType<DispatchOutcome.Denied>();
        denied.Code.ShouldBe(code);
        denied.Reason.ShouldContain(reason);
    }

    [Fact]
    public async Task A_guard_decides_before_the_body_is_read()
    {
        await _bed.Http.PostAsync("/p/Guarded/1.0.0/body", new StringContent("no json", Encoding.UTF8, "application/json"));
        _bed.Outcomes.Last().ShouldBeOfType<DispatchOutcome.Denied>().Code.ShouldBe("guard.denied");
    }
}
