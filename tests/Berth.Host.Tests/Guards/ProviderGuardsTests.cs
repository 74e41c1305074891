using Berth.Events;
using Berth.Host.Dispatch;
using Berth.Host.Guards;
using Berth.Host.Tests.Beds;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Host.Tests.Guards;

public sealed class ProviderGuardsTests : IAsyncLifetime
{
    private static readonly PluginVersionId Provider = new("GuardProvider", "1.0.0");
    private static readonly HostOptions Impatient = new() { GuardTimeLimit = TimeSpan.FromMilliseconds(500), DrainTime = TimeSpan.FromMilliseconds(200) };

    private PluginBed _bed = null!;

    public async Task InitializeAsync()
    {
        _bed = await PluginBed.StartAsync();
        Has(Provider);
    }

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public async Task Another_plugins_exported_guard_decides_with_its_own_documents_of_the_caller()
    {
        (await DeniedAsync("/member")).ShouldBe("guard.denied: members only");
        _bed.User.Plugins[Provider.Slug].Scope.ShouldBeOfType<TestUser>().Documents["member"] = "true";
        (await _bed.Http.GetStringAsync("/p/GuardConsumer/1.0.0/member")).ShouldBe("in");
        _bed.User.Documents.ShouldBeEmpty();
    }

    [Fact]
    public async Task It_is_asked_in_its_own_plugin_and_told_of_the_asking_one() =>
        (await DeniedAsync("/tells/it")).ShouldBe($"guard.denied: GuardProvider 1.0.0 asked for GuardConsumer 1.0.0 by {PluginBed.UserId} at GET /tells/{{what}} it");

    [Fact]
    public async Task A_guard_that_two_others_depend_on_is_asked_once_a_request_across_plugins()
    {
        _bed.User.Plugins[Provider.Slug].Scope.ShouldBeOfType<TestUser>().Documents["member"] = "true";
        (await _bed.Http.GetStringAsync("/p/GuardConsumer/1.0.0/own")).ShouldBe("in");
        (await _bed.Http.GetStringAsync("/p/GuardProvider/1.0.0/counted")).ShouldBe("1");
    }

    [Fact]
    public async Task A_dependency_inside_the_provider_that_denies_denies()
    {
        (await DeniedAsync("/team")).ShouldBe("guard.denied: members only");
        _bed.Events.Of<GuardDenied>().Single().ShouldBe(new GuardDenied("GuardConsumer", "1.0.0", "member", "GuardProvider", "GET", "/team", "members only"));
    }

    [Theory]
    [InlineData("/counted", "guard.not_exported", "keeps its guard 'counted' to itself")]
    [InlineData("/nobody", "guard.missing", "has no guard 'nobody'")]
    [InlineData("/throws", "guard.failed", "provider fault")]
    public async Task R41_A_guard_that_cannot_be_had_or_fails_denies(string path, string code, string reason)
    {
        var denied = await DeniedAsync(path);
        denied.ShouldStartWith(code + ": ");
        denied.ShouldContain(reason);
    }

    [Theory]
    [InlineData("/hangs")]
    [InlineData("/blocks")]
    public async Task R41_A_guard_that_does_not_answer_denies(string path)
    {
        await RestartAsync(Impatient);
        var denied = await DeniedAsync(path);
        denied.ShouldStartWith("guard.timed_out: ");
        denied.ShouldContain("0.5 s");
    }

    [Fact]
    public async Task R41_A_provider_that_the_caller_does_not_have_denies()
    {
        _bed.User.Plugins.Clear();
        (await DeniedAsync("/member")).ShouldStartWith("guard.unavailable: ");
        _bed.Events.Of<GuardMissing>().Single().Provider.ShouldBe("GuardProvider");
    }

    [Fact]
    public async Task R41_A_provider_that_the_caller_switched_off_denies()
    {
        _bed.User.Plugins[Provider.Slug] = _bed.User.Plugins[Provider.Slug] with { IsEnabled = false };
        (await DeniedAsync("/guest")).ShouldStartWith("guard.unavailable: ");
    }

    [Theory]
    [InlineData("ThrowsInStart", "plugin.start_failed")]
    [InlineData("Nothing", "no server-side code")]
    [InlineData("GuardNamesake", "has no guard 'member'")]
    public async Task R41_A_provider_that_does_not_run_or_is_another_denies(string slug, string reason)
    {
        // The provider's name leads to a version that is something else.
        _bed.User.Plugins[Provider.Slug] = new OtherInstallation(new PluginVersionId(slug, "1.0.0"), IsEnabled: true, new TestUser(PluginBed.UserId));
        (await DeniedAsync("/member")).ShouldContain(reason);
    }

    [Fact]
    public async Task A_guard_that_blocks_its_thread_hurts_neither_the_asking_plugin_nor_its_unload()
    {
        await RestartAsync(Impatient);
        await DeniedAsync("/blocks");
        (await _bed.Pool.UnloadAsync(new PluginVersionId("GuardConsumer", "1.0.0"))).ShouldBeOfType<UnloadOutcome.Unloaded>();
        _bed.Pool.Snapshot().Single(instance => instance.Id == Provider).Leases.ShouldBe(1);
        (await _bed.Pool.UnloadAsync(Provider)).ShouldBeOfType<UnloadOutcome.Unloaded>();
    }

    [Fact]
    public async Task Both_plugins_leave_memory_after_their_guards_were_asked()
    {
        await DeniedAsync("/member");
        await DeniedAsync("/throws");
        (await _bed.Pool.UnloadAsync(Provider)).ShouldBeOfType<UnloadOutcome.Unloaded>();
        (await _bed.Pool.UnloadAsync(new PluginVersionId("GuardConsumer", "1.0.0"))).ShouldBeOfType<UnloadOutcome.Unloaded>();
    }

    [Fact]
    public async Task The_provider_is_blamed_for_its_guard_and_both_count_the_decision()
    {
        await DeniedAsync("/throws");
        _bed.Pool.Snapshot().Single(instance => instance.Id == Provider).LastFailure.ShouldNotBeNull().ShouldContain("guard throws");
        _bed.Pool.Snapshot().Single(instance => instance.Id.Slug == "GuardConsumer").Failures.ShouldBe(0);
        foreach (var plugin in _bed.Services.GetRequiredService<IGuardRegister>().Snapshot())
            plugin.Guards.Single(guard => guard.Name == "throws").Failed.ShouldBe(1);
    }

    // With a short time for guards that never end; any other may take as long on a loaded machine.
    private async Task RestartAsync(HostOptions options)
    {
        await _bed.DisposeAsync();
        _bed = await PluginBed.StartAsync(options);
        Has(Provider);
    }

    private void Has(PluginVersionId provider) => _bed.User.Plugins[provider.Slug] = new OtherInstallation(provider, IsEnabled: true, new TestUser(PluginBed.UserId));

    private async Task<string> DeniedAsync(string path)
    {
        var denied = (await _bed.OutcomeAsync("/p/GuardConsumer/1.0.0" + path)).ShouldBeOfType<DispatchOutcome.Denied>();
        return $"{denied.Code}: {denied.Reason}";
    }
}
