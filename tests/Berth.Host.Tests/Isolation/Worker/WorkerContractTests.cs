using Berth.Host.Dispatch;
using Berth.Host.Isolation.Worker;
using Berth.Host.Tests.Beds;
using Berth.Host.Tests.Services.CrossPlugin;

namespace Berth.Host.Tests.Isolation.Worker;

/// <summary>What an author relies on, in a worker. Setting BERTH_TEST_WORKERS=1 starts the beds of all other tests of this project so, too; those about load contexts and the host's own memory fail then.</summary>
public sealed class WorkerContractTests : IAsyncLifetime
{
    private PluginBed _bed = null!;

    public async Task InitializeAsync()
    {
        _bed = await PluginBed.StartWithWorkersAsync(new HostOptions { DrainTime = TimeSpan.FromSeconds(2) });
        _bed.Source.Public = new();
        _bed.User.Has("Greeter", "1.0.0");
    }

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public async Task Guards_run_among_the_requests_services_in_the_hosts_order()
    {
        (await _bed.Http.GetStringAsync("/p/Guarded/1.0.0/order")).ShouldBe("first second allow third ");
        (await _bed.OutcomeAsync("/p/Guarded/1.0.0/denied")).ShouldBe(new DispatchOutcome.Denied("guard.denied", "not today"));
        (await _bed.OutcomeAsync("/p/Guarded/1.0.0/thrown")).ShouldBeOfType<DispatchOutcome.Denied>().Code.ShouldBe("guard.failed");
        (await _bed.OutcomeAsync("/p/Guarded/1.0.0/missing")).ShouldBeOfType<DispatchOutcome.Denied>().Code.ShouldBe("guard.missing");
    }

    [Fact]
    public async Task Services_are_offered_and_used_across_two_workers()
    {
        (await _bed.AskAsync("/greet?name=Ada")).ShouldContain("Ada");
        _bed.Pool.Snapshot().Select(instance => instance.Isolation).ShouldAllBe(level => level == "process");
        _bed.Pool.Snapshot().Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_lifecycle_manager_of_its_own_installs_checks_exports_and_imports()
    {
        using var lease = await _bed.LeaseAsync("Echo");
        lease.Lifecycle.IsOwn.ShouldBeTrue();
        var installation = new UserInstallation(_bed.User.User, "Echo", "1.0.0", _bed.User.Data, "{}");
        (await lease.Lifecycle.CheckAsync(installation)).IsHealthy.ShouldBeFalse();
        await lease.Lifecycle.InstallAsync(installation);
        (await _bed.User.Data.GetJsonAsync("installed")).ShouldBe("\"1.0.0\"");
        (await lease.Lifecycle.CheckAsync(installation)).IsHealthy.ShouldBeTrue();
        var export = await lease.Lifecycle.ExportAsync(installation);
        export.Documents.ShouldContain(KeyValuePair.Create("installed", "\"1.0.0\""));
        using var newer = await _bed.LeaseAsync("Echo", "1.1.0");
        await newer.Lifecycle.ImportAsync(installation with { Version = "1.1.0" }, export);
        (await _bed.User.Data.GetJsonAsync("installed")).ShouldBe("{\"v\":2,\"value\":\"1.0.0\"}");
    }

    [Fact]
    public async Task An_export_of_more_than_is_read_of_a_worker_fails_and_says_what_to_do()
    {
        using var lease = await _bed.LeaseAsync("Echo");
        var installation = new UserInstallation(_bed.User.User, "Echo", "1.0.0", _bed.User.Data, "{}");
        var large = $"\"{new string('x', 1 << 20)}\"";
        for (var i = 0; i < 32; i++)
            await _bed.User.Data.SetJsonAsync($"{i}", large);

        var refused = await Should.ThrowAsync<PluginCallException>(() => lease.Lifecycle.ExportAsync(installation));

        refused.Message.ShouldContain($"more than {WorkerConnection.LongestAnswer} bytes");
        refused.Message.ShouldContain("Remove documents of the plugin that you no longer need");
        await _bed.User.Data.RemoveAsync("0");
        (await lease.Lifecycle.ExportAsync(installation)).Documents.Count.ShouldBe(31);
    }

    [Theory]
    [InlineData("ThrowsInConstructor", "plugin.load_failed")]
    [InlineData("ThrowsInConfigureServices", "plugin.configure_failed")]
    [InlineData("ThrowsInMapEndpoints", "plugin.configure_failed")]
    [InlineData("ThrowsInStart", "plugin.start_failed")]
    [InlineData("NoEntry", "plugin.entry_missing")]
    [InlineData("MissingAssembly", "plugin.assembly_missing")]
    [InlineData("SaysUnhealthy", "plugin.unhealthy")]
    public async Task A_version_that_cannot_run_says_so_as_it_does_in_process(string slug, string code) =>
        (await _bed.FailAsync(slug)).Code.ShouldBe(code);

    [Fact]
    public async Task A_plugin_that_ends_its_process_ends_its_own()
    {
        (await _bed.OutcomeAsync("/p/ExitsProcess/1.0.0/exit")).ShouldBeOfType<DispatchOutcome.Crashed>();
        (await _bed.Http.GetStringAsync("/p/Echo/1.0.0/version")).ShouldBe("1.0.0");
    }
}
