using Berth.Events;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Hooks;

/// <summary>Hooks of golden plugins, in the host's own process and in a worker.</summary>
public abstract class HookRunnerTests(TimeSpan limit) : IAsyncLifetime
{
    private readonly string _state = Directory.CreateTempSubdirectory("berth-hooks-").FullName;
    private PluginBed _bed = null!;

    public async Task InitializeAsync()
    {
        Environment.SetEnvironmentVariable("BERTH_FIXTURE_STATE", _state);
        _bed = await StartAsync(new HostOptions(), _state);
    }

    public async Task DisposeAsync()
    {
        await _bed.DisposeAsync();
        Environment.SetEnvironmentVariable("BERTH_FIXTURE_STATE", null);
        Directory.Delete(_state, recursive: true);
    }

    private protected abstract Task<PluginBed> StartAsync(HostOptions options, string state);

    [Fact]
    public async Task Hooks_run_around_load_and_unload_as_the_manifest_chooses_them()
    {
        (await _bed.LeaseAsync("Hooked")).Dispose();
        await Eventually.BeTrueAsync(() => Noted().Contains("First afterLoad"));
        (await _bed.Pool.UnloadAsync(Id("Hooked"))).ShouldBeOfType<UnloadOutcome.Unloaded>();

        Noted().ShouldBe(
        [
            "Second beforeLoad", "First beforeLoad", "start", "First afterLoad",
            "First beforeUnload", "Second beforeUnload", "stop", "First afterUnload", "Second afterUnload",
        ]);
    }

    [Fact]
    public async Task A_hook_that_fails_before_the_load_ends_it()
    {
        var failed = await _bed.FailAsync("FailsBeforeLoad");
        failed.Code.ShouldBe("plugin.hook_failed");
        failed.Reason.ShouldContain("no licence");
        failed.RetryAfter.ShouldNotBeNull();
        _bed.Events.Of<HookFailed>().Single().ShouldBe(new HookFailed("FailsBeforeLoad", "1.0.0", "BeforeLoad Hooks", "System.InvalidOperationException: no licence"));
    }

    [Fact]
    public async Task A_manifest_that_names_a_hook_that_is_not_there_ends_the_load()
    {
        var failed = await _bed.FailAsync("HookMissing");
        failed.Code.ShouldBe("plugin.hook_invalid");
        failed.Reason.ShouldContain("'CheckLicence' in events.lifecycle.beforeLoad");
    }

    [Fact]
    public async Task A_hook_that_fails_after_the_load_is_told_and_the_version_runs()
    {
        (await _bed.Http.GetStringAsync("/p/FailsAfterLoad/1.0.0/")).ShouldBe("in");
        await Eventually.BeTrueAsync(() => _bed.Events.Of<HookFailed>().Count > 0);
        _bed.Events.Of<HookFailed>().Single().Hook.ShouldBe("AfterLoad Hooks");
        (await _bed.Http.GetStringAsync("/p/FailsAfterLoad/1.0.0/")).ShouldBe("in");
    }

    [Theory]
    [InlineData("FailsBeforeUnload", "BeforeUnload", "hook fault")]
    [InlineData("FailsAfterUnload", "AfterUnload", "hook fault")]
    public Task R51_A_hook_that_fails_at_the_unload_is_told_and_the_version_is_unloaded(string slug, string hook, string reason) =>
        ShouldBeUnloadedAsync(_bed, slug, hook, reason);

    [Fact]
    public async Task R51_A_hook_that_hangs_at_the_unload_is_told_and_the_version_is_unloaded()
    {
        await using var bed = await StartAsync(new HostOptions { HookTimeLimit = limit }, _state);
        await ShouldBeUnloadedAsync(bed, "HangsBeforeUnload", "BeforeUnload", "took longer than");
    }

    private static async Task ShouldBeUnloadedAsync(PluginBed bed, string slug, string hook, string reason)
    {
        (await bed.LeaseAsync(slug)).Dispose();
        (await bed.Pool.UnloadAsync(Id(slug))).ShouldBeOfType<UnloadOutcome.Unloaded>();
        var failed = bed.Events.Of<HookFailed>().Single();
        failed.Hook.ShouldBe($"{hook} Hooks");
        failed.Reason.ShouldContain(reason);
    }

    [Fact]
    public async Task A_failed_call_is_told_once_a_second_with_the_number_of_those_between()
    {
        _bed.Time.Stop();
        await FailAsync(1);
        await Eventually.BeTrueAsync(() => Told().Count == 1);
        await FailAsync(3);
        _bed.Time.Advance(TimeSpan.FromSeconds(2));
        await FailAsync(1);
        await Eventually.BeTrueAsync(() => Told().Count == 2);

        Told().ShouldBe(
        [
            "First onError request GET /throw System.InvalidOperationException: endpoint fault 0",
            "First onError request GET /throw System.InvalidOperationException: endpoint fault 3",
        ]);

        async Task FailAsync(int times)
        {
            for (var i = 0; i < times; i++)
                await _bed.OutcomeAsync("/p/Hooked/1.0.0/throw");
        }
    }

    [Fact]
    public async Task A_hook_for_errors_that_fails_is_not_told_of_its_own_failure()
    {
        await _bed.OutcomeAsync("/p/FailsOnError/1.0.0/throw");
        await Eventually.BeTrueAsync(() => _bed.Events.Of<HookFailed>().Count > 0);
        _bed.Time.Advance(TimeSpan.FromSeconds(2));
        (await _bed.Http.GetStringAsync("/p/FailsOnError/1.0.0/")).ShouldBe("in");
        (await _bed.Pool.UnloadAsync(Id("FailsOnError"))).ShouldBeOfType<UnloadOutcome.Unloaded>();
        _bed.Events.Of<HookFailed>().Count.ShouldBe(1);
    }

    private List<string> Told() => [.. Noted().Where(line => line.Contains("onError", StringComparison.Ordinal))];

    private string[] Noted()
    {
        var file = Path.Combine(_state, "hooks.txt");
        return File.Exists(file) ? File.ReadAllLines(file) : [];
    }

    private static PluginVersionId Id(string slug) => new(slug, "1.0.0");
}

public sealed class InProcessHookRunnerTests() : HookRunnerTests(TimeSpan.FromMilliseconds(200))
{
    private protected override Task<PluginBed> StartAsync(HostOptions options, string state) => PluginBed.StartAsync(options);
}

public sealed class WorkerHookRunnerTests() : HookRunnerTests(TimeSpan.FromSeconds(1))
{
    private protected override Task<PluginBed> StartAsync(HostOptions options, string state) =>
        PluginBed.StartWithWorkersAsync(options, new BareLevel { Environment = { ["BERTH_FIXTURE_STATE"] = state } });
}
