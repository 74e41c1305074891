using System.Net;
using System.Text;
using Berth.Host.States;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Isolation.InProcess;

public sealed class InstanceTeardownTests : IAsyncLifetime
{
    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync(new HostOptions { DrainTime = TimeSpan.FromSeconds(1) });

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public async Task A_called_plugin_is_gone_after_its_unload()
    {
        await CallEchoAsync("1.0.0");
        await ShouldUnloadAsync("Echo", "1.0.0");
        _bed.Pool.Snapshot().Single().State.ShouldBe(InstanceState.Unloaded);
        _bed.Pool.Statistics.ShouldBe(new PoolStatistics(0, 1, 1, 0, 0));
    }

    [Fact]
    public async Task An_unloaded_plugin_is_loaded_again_when_asked_for()
    {
        await CallEchoAsync("1.0.0");
        await ShouldUnloadAsync("Echo", "1.0.0");
        await CallEchoAsync("1.0.0");
        _bed.Pool.Statistics.Created.ShouldBe(2);
    }

    [Theory]
    [InlineData("/json", null)]
    [InlineData("/descriptor", null)]
    [InlineData("/validator", null)]
    [InlineData("/bind/Red?page=3", """{"name":"n"}""")]
    public async Task A_plugin_in_the_frameworks_caches_is_scrubbed_out_of_them(string path, string? body)
    {
        using var answer = body is null
            ? await _bed.Http.GetAsync("/p/Reflective/1.0.0" + path)
            : await _bed.Http.PostAsync("/p/Reflective/1.0.0" + path, new StringContent(body, Encoding.UTF8, "application/json"));
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        await ShouldUnloadAsync("Reflective", "1.0.0");
    }

    [Fact]
    public async Task Hosted_services_run_and_are_stopped_before_the_unload()
    {
        var folder = Directory.CreateTempSubdirectory("berth-host-").FullName;
        Environment.SetEnvironmentVariable("BERTH_FIXTURE_STATE", folder);
        try
        {
            (await _bed.Http.GetStringAsync("/p/Hosted/1.0.0/state")).ShouldBe("running");
            await ShouldUnloadAsync("Hosted", "1.0.0");
            (await File.ReadAllLinesAsync(Path.Combine(folder, "stopped.txt"))).ShouldBe(["plugin", "ticker"]);
        }
        finally
        {
            Environment.SetEnvironmentVariable("BERTH_FIXTURE_STATE", null);
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Unloading_goes_on_when_stopping_throws()
    {
        (await _bed.Http.GetStringAsync("/p/ThrowsInStop/1.0.0/ok")).ShouldBe("ok");
        await ShouldUnloadAsync("ThrowsInStop", "1.0.0");
    }

    [Theory]
    [InlineData("/async-local")]
    [InlineData("/after")]
    public async Task What_a_plugin_leaves_in_a_call_does_not_stay(string path)
    {
        (await _bed.Http.GetAsync("/p/Stubborn/1.0.0" + path)).IsSuccessStatusCode.ShouldBeTrue();
        await ShouldUnloadAsync("Stubborn", "1.0.0");
    }

    [Fact]
    public async Task R48_An_unload_that_did_not_happen_is_told_a_handler_of_a_static_event_is_a_leak()
    {
        using (await _bed.LeaseAsync("LeaksEvent"))
        {
        }

        var leaked = (await _bed.Pool.UnloadAsync(new PluginVersionId("LeaksEvent", "1.0.0"))).ShouldBeOfType<UnloadOutcome.Leaked>();
        leaked.Roots.ShouldContain(root => root.Contains("AssemblyLoad") && root.Contains("OnAssemblyLoad"));
        ShouldBeLeaked("LeaksEvent");
        var failed = await _bed.FailAsync("LeaksEvent");
        failed.Code.ShouldBe("plugin.leaked");
        failed.RetryAfter.ShouldBeNull();
    }

    [Fact]
    public async Task A_thread_that_runs_on_is_reported_as_a_leak_and_released_by_an_administrator()
    {
        var stop = Path.Combine(Path.GetTempPath(), "berth-host-" + Guid.NewGuid().ToString("N"));
        Environment.SetEnvironmentVariable("BERTH_FIXTURE_STOP", stop);
        try
        {
            using (await _bed.LeaseAsync("LeaksThread"))
            {
            }

            var id = new PluginVersionId("LeaksThread", "1.0.0");
            (await _bed.Pool.UnloadAsync(id)).ShouldBeOfType<UnloadOutcome.Leaked>().Roots.ShouldNotBeEmpty();
            ShouldBeLeaked("LeaksThread");
            (await _bed.FailAsync("LeaksThread")).Code.ShouldBe("plugin.leaked");
            _bed.Pool.Release(id).ShouldBeTrue();
            using (await _bed.LeaseAsync("LeaksThread"))
            {
            }
        }
        finally
        {
            await File.WriteAllTextAsync(stop, "");
            await _bed.Pool.UnloadAsync(new PluginVersionId("LeaksThread", "1.0.0"));
            File.Delete(stop);
        }
    }

    [Fact]
    public async Task Two_hundred_cycles_over_several_plugins_leave_nothing()
    {
        (string Slug, string Version, string Path)[] plugins =
        [
            ("Echo", "1.0.0", "/version"), ("Echo", "1.1.0", "/me"), ("Guarded", "1.0.0", "/allowed"), ("Reflective", "1.0.0", "/json"), ("Stubborn", "1.0.0", "/ok"),
        ];
        for (var cycle = 0; cycle < 40; cycle++)
        {
            foreach (var (slug, version, path) in plugins)
                (await _bed.Http.GetAsync($"/p/{slug}/{version}{path}")).IsSuccessStatusCode.ShouldBeTrue();
            var outcomes = await Task.WhenAll(plugins.Select(plugin => _bed.Pool.UnloadAsync(new PluginVersionId(plugin.Slug, plugin.Version))));
            outcomes.ShouldAllBe(outcome => outcome is UnloadOutcome.Unloaded, $"cycle {cycle}: {string.Join("; ", outcomes.OfType<UnloadOutcome.Leaked>().SelectMany(leaked => leaked.Roots))}");
        }

        _bed.Pool.Statistics.ShouldBe(new PoolStatistics(0, 200, 200, 0, 0));
    }

    [Fact]
    public async Task A_call_that_never_ends_is_cancelled_and_named()
    {
        var hanging = _bed.Http.GetAsync("/p/Stubborn/1.0.0/hang?ms=9000");
        await Eventually.BeTrueAsync(() => _bed.Pool.Snapshot() is [{ Leases: > 0 }]);
        var leaked = (await _bed.Pool.UnloadAsync(new PluginVersionId("Stubborn", "1.0.0"))).ShouldBeOfType<UnloadOutcome.Leaked>();
        leaked.Roots.ShouldContain(root => root.Contains("requests that still run"));
        ShouldBeLeaked("Stubborn");
        (await hanging).Dispose();
    }

    [Fact]
    public async Task A_running_call_that_listens_ends_when_its_version_is_unloaded()
    {
        var slow = _bed.Http.GetAsync("/p/Echo/1.0.0/slow?ms=60000");
        await Eventually.BeTrueAsync(() => _bed.Pool.Snapshot() is [{ Leases: > 0 }]);
        await ShouldUnloadAsync("Echo", "1.0.0");
        using var answer = await slow;
        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
    }

    private async Task CallEchoAsync(string version) =>
        (await _bed.Http.GetStringAsync($"/p/Echo/{version}/version")).ShouldBe(version);

    private async Task ShouldUnloadAsync(string slug, string version)
    {
        var outcome = await _bed.Pool.UnloadAsync(new PluginVersionId(slug, version));
        outcome.ShouldBeOfType<UnloadOutcome.Unloaded>(outcome is UnloadOutcome.Leaked leaked ? string.Join("; ", leaked.Roots) : outcome.ToString());
    }

    private void ShouldBeLeaked(string slug)
    {
        var snapshot = _bed.Pool.Snapshot().Single(instance => instance.Id.Slug == slug);
        snapshot.State.ShouldBe(InstanceState.Leaked);
        snapshot.LeakRoots.ShouldNotBeEmpty();
        _bed.Pool.Statistics.Leaked.ShouldBe(1);
    }
}
