using System.Text;
using Berth.Events;
using Berth.Host.Dispatch;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Guards;

public sealed class GuardGateTests : IAsyncLifetime
{
    // For what never ends: another guard could take as long on a loaded machine.
    private static readonly HostOptions Impatient = new() { GuardTimeLimit = TimeSpan.FromMilliseconds(200), DrainTime = TimeSpan.FromMilliseconds(200) };

    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync();

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Theory]
    [InlineData("/free")]
    [InlineData("/allowed")]
    [InlineData("/of/" + PluginBed.UserId)]
    public async Task An_allowed_request_goes_on(string path) =>
        (await _bed.Http.GetAsync("/p/Guarded/1.0.0" + path)).IsSuccessStatusCode.ShouldBeTrue();

    [Theory]
    [InlineData("/denied", "guard.denied", "not today")]
    [InlineData("/both", "guard.denied", "not today")]
    [InlineData("/of/another", "guard.denied", "not yours")]
    [InlineData("/missing", "guard.missing", "'nobody'")]
    [InlineData("/unnamed", "guard.missing", "''")]
    [InlineData("/thrown", "guard.failed", "guard fault")]
    [InlineData("/nothing", "guard.failed", "no decision")]
    public Task R41_Everything_else_is_denied(string path, string code, string reason) => ShouldBeDeniedAsync(_bed, path, code, reason);

    [Fact]
    public async Task R41_What_is_not_decided_in_time_is_denied()
    {
        await using var bed = await PluginBed.StartAsync(Impatient);
        await ShouldBeDeniedAsync(bed, "/hung", "guard.timed_out", "0.2 s");
    }

    [Theory]
    [InlineData("/attribute")]
    [InlineData("/method")]
    [InlineData("/closed/in")]
    public async Task An_attribute_and_a_group_guard_like_the_endpoint_itself(string path) =>
        (await _bed.OutcomeAsync("/p/Guarded/1.0.0" + path)).ShouldBeOfType<DispatchOutcome.Denied>().Code.ShouldBe("guard.denied");

    [Theory]
    [InlineData("/order", "first second allow third ")]
    [InlineData("/group/order", "first second third ")]
    public async Task Guards_are_asked_in_order_after_those_that_they_depend_on_and_each_once(string path, string order) =>
        (await _bed.Http.GetStringAsync("/p/Guarded/1.0.0" + path)).ShouldBe(order);

    [Fact]
    public async Task A_guard_is_told_who_asks_for_what_with_which_capabilities()
    {
        _bed.User.GrantedCapabilities = new HashSet<string> { "network:http-client", "database:admin" };
        var denied = (await _bed.OutcomeAsync("/p/Guarded/1.0.0/tell/me?x=1")).ShouldBeOfType<DispatchOutcome.Denied>();
        denied.Reason.ShouldBe($"tell|Guarded|1.0.0|{PluginBed.UserId}|member|GET|/tell/me|/tell/{{some}}|me|network:http-client");
    }

    [Fact]
    public async Task A_guard_decides_before_the_body_is_read()
    {
        await _bed.Http.PostAsync("/p/Guarded/1.0.0/body", new StringContent("no json", Encoding.UTF8, "application/json"));
        _bed.Outcomes.Last().ShouldBeOfType<DispatchOutcome.Denied>().Code.ShouldBe("guard.denied");
    }

    [Fact]
    public async Task Every_request_that_is_not_let_through_is_told_with_its_user()
    {
        foreach (var path in (string[])["/allowed", "/denied", "/thrown", "/missing", "/denied"])
            await _bed.OutcomeAsync("/p/Guarded/1.0.0" + path);

        _bed.Events.UsersOf(new GuardDenied("Guarded", "1.0.0", "deny", "Guarded", "GET", "/denied", "not today")).ShouldBe([PluginBed.UserId, PluginBed.UserId]);
        _bed.Events.Of<GuardFailed>().Single().Guard.ShouldBe("throw");
        _bed.Events.Of<GuardMissing>().Single().Guard.ShouldBe("nobody");
    }

    [Fact]
    public async Task A_guard_that_goes_on_after_its_time_holds_the_instance_until_it_ends()
    {
        await using var bed = await PluginBed.StartAsync(Impatient);
        await bed.OutcomeAsync("/p/Guarded/1.0.0/hung");
        await Eventually.BeTrueAsync(() => bed.Pool.Snapshot().Single().Leases == 1);
        (await bed.Pool.UnloadAsync(new PluginVersionId("Guarded", "1.0.0"))).ShouldBeOfType<UnloadOutcome.Unloaded>();
    }

    [Fact]
    public async Task R40_A_guard_of_the_same_name_in_another_plugin_changes_nothing()
    {
        await _bed.Http.GetAsync("/p/Guarded/1.0.0/denied");
        (await _bed.Http.GetAsync("/p/GuardNamesake/1.0.0/denied")).IsSuccessStatusCode.ShouldBeTrue();
        (await _bed.OutcomeAsync("/p/Guarded/1.0.0/denied")).ShouldBeOfType<DispatchOutcome.Denied>().Code.ShouldBe("guard.denied");
    }

    private static async Task ShouldBeDeniedAsync(PluginBed bed, string path, string code, string reason)
    {
        var denied = (await bed.OutcomeAsync("/p/Guarded/1.0.0" + path)).ShouldBeOfType<DispatchOutcome.Denied>();
        denied.Code.ShouldBe(code);
        denied.Reason.ShouldContain(reason);
    }
}
