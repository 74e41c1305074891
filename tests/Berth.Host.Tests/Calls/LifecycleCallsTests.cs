using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Calls;

public sealed class LifecycleCallsTests : IAsyncLifetime
{
    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync();

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public async Task A_plugins_own_manager_installs_and_checks()
    {
        using var lease = await _bed.LeaseAsync("Echo");
        lease.Lifecycle.IsOwn.ShouldBeTrue();
        (await lease.Lifecycle.CheckAsync(_bed.User.Installation(lease.Id))).IsHealthy.ShouldBeFalse();
        await lease.Lifecycle.InstallAsync(_bed.User.Installation(lease.Id));
        _bed.User.Documents["installed"].ShouldBe("\"1.0.0\"");
        (await lease.Lifecycle.CheckAsync(_bed.User.Installation(lease.Id))).ShouldBe(CheckResult.Healthy);
    }

    [Fact]
    public async Task Data_migrates_up_and_down()
    {
        using var old = await _bed.LeaseAsync("Echo");
        using var @new = await _bed.LeaseAsync("Echo", "1.1.0");
        _bed.User.Documents["k"] = "7";
        var export = await old.Lifecycle.ExportAsync(_bed.User.Installation(old.Id));
        export.Version.ShouldBe("1.0.0");

        var updated = new TestUser(_bed.User.Id);
        await @new.Lifecycle.ImportAsync(updated.Installation(@new.Id), export);
        updated.Documents["k"].ShouldBe("""{"v":2,"value":7}""");

        var rolledBack = new TestUser(_bed.User.Id);
        await old.Lifecycle.ImportAsync(rolledBack.Installation(old.Id), await @new.Lifecycle.ExportAsync(updated.Installation(@new.Id)));
        rolledBack.Documents["k"].ShouldBe("7");
    }

    [Fact]
    public async Task Without_a_manager_documents_are_carried_over_unchanged()
    {
        using var lease = await _bed.LeaseAsync("Guarded");
        lease.Lifecycle.IsOwn.ShouldBeFalse();
        await lease.Lifecycle.InstallAsync(_bed.User.Installation(lease.Id));
        await lease.Lifecycle.ImportAsync(_bed.User.Installation(lease.Id), new UserDataExport("0.9.0", [KeyValuePair.Create("a", "1"), KeyValuePair.Create("b", "2")]));
        var export = await lease.Lifecycle.ExportAsync(_bed.User.Installation(lease.Id));
        export.Documents.ShouldBe([KeyValuePair.Create("a", "1"), KeyValuePair.Create("b", "2")]);
        (await lease.Lifecycle.CheckAsync(_bed.User.Installation(lease.Id))).IsHealthy.ShouldBeTrue();
        await lease.Lifecycle.UninstallAsync(_bed.User.Installation(lease.Id));
    }

    [Theory]
    [InlineData("FailsOnInstall", "1.0.0", "install")]
    [InlineData("FailsOnUninstall", "1.0.0", "uninstall")]
    [InlineData("FailsOnExport", "1.0.0", "export")]
    [InlineData("FailsOnImport", "1.1.0", "import")]
    public async Task A_fault_becomes_text_that_names_its_call(string slug, string version, string call)
    {
        using var lease = await _bed.LeaseAsync(slug, version);
        var fault = await Should.ThrowAsync<PluginCallException>(() => CallAsync(lease, call));
        fault.Plugin.ShouldBe(lease.Id);
        fault.Call.ShouldBe(call);
        fault.Reason.ShouldBe($"System.InvalidOperationException: {call} fault");
        fault.InnerException.ShouldBeNull();
        _bed.Pool.Snapshot().Single().Failures.ShouldBe(1);
    }

    [Fact]
    public async Task What_was_found_by_a_check_is_handed_on()
    {
        using var lease = await _bed.LeaseAsync("ReportsUnhealthy");
        var result = await lease.Lifecycle.CheckAsync(_bed.User.Installation(lease.Id));
        result.IsHealthy.ShouldBeFalse();
        result.Problems.ShouldBe(["The index is gone.", "The cache is stale."]);
    }

    [Fact]
    public async Task A_call_that_takes_too_long_is_over_and_writes_no_more()
    {
        await using var bed = await PluginBed.StartAsync(new HostOptions { LifecycleTimeLimit = TimeSpan.FromMilliseconds(300) });
        using var lease = await bed.LeaseAsync("HangsOnInstall");
        var fault = await Should.ThrowAsync<PluginCallException>(() => lease.Lifecycle.InstallAsync(bed.User.Installation(lease.Id)));
        fault.Reason.ShouldContain("0.3 s");

        // The call's own reference is given back when its code has really ended.
        bed.Pool.Snapshot().Single().Leases.ShouldBe(2);
        await Eventually.BeTrueAsync(() => bed.Pool.Snapshot().Single().Leases == 1);
        bed.User.Documents.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_caller_may_give_up()
    {
        using var lease = await _bed.LeaseAsync("HangsOnInstall");
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Should.ThrowAsync<OperationCanceledException>(() => lease.Lifecycle.InstallAsync(_bed.User.Installation(lease.Id), impatient.Token));
    }

    [Fact]
    public async Task A_version_whose_manager_failed_still_unloads()
    {
        using (var lease = await _bed.LeaseAsync("WritesThenFails"))
            await Should.ThrowAsync<PluginCallException>(() => lease.Lifecycle.InstallAsync(_bed.User.Installation(lease.Id)));
        _bed.User.Documents.Keys.Order().ShouldBe(["first", "second"]);
        (await _bed.Pool.UnloadAsync(new PluginVersionId("WritesThenFails", "1.0.0"))).ShouldBeOfType<UnloadOutcome.Unloaded>();
    }

    private Task CallAsync(IInstanceLease lease, string call)
    {
        var installation = _bed.User.Installation(lease.Id);
        return call switch
        {
            "install" => lease.Lifecycle.InstallAsync(installation),
            "uninstall" => lease.Lifecycle.UninstallAsync(installation),
            "export" => lease.Lifecycle.ExportAsync(installation),
            "import" => lease.Lifecycle.ImportAsync(installation, new UserDataExport("1.0.0", [])),
            _ => throw new ArgumentOutOfRangeException(nameof(call)),
        };
    }
}
