using Berth.Host.Isolation;
using Berth.Host.Isolation.Worker;
using Berth.Host.Tests.Beds;
using Berth.Host.Tests.Isolation.Levels;

namespace Berth.Host.Tests.Isolation.Worker;

public sealed class SpareWorkersTests : IAsyncLifetime
{
    private PluginBed _bed = null!;

    private SpareWorkers Spares => _bed.Part<SpareWorkers>();

    public async Task InitializeAsync() => _bed = await StartAsync(spares: 1);

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public async Task The_first_worker_brings_a_spare_and_the_next_version_runs_in_it()
    {
        Spares.ProcessIds.ShouldBeEmpty("nobody has wanted a worker yet");
        await CallAsync("1.0.0");
        var spare = await SpareAsync();
        WorkerOf("1.0.0").ShouldNotBe(spare);

        await CallAsync("1.1.0");

        WorkerOf("1.1.0").ShouldBe(spare);
        (await SpareAsync()).ShouldNotBe(spare);
        if (Environment.IsPrivilegedProcess)
            new[] { WorkerOf("1.0.0"), spare, Spares.ProcessIds[0] }.Select(UserOf).ShouldBeUnique();
    }

    [Fact]
    public async Task A_spare_goes_through_a_load_while_it_waits_and_serves_as_any_other_afterwards()
    {
        await CallAsync("1.0.0");
        var spare = await SpareAsync();

        // What a plugin is written against: nothing of a worker needs it before a plugin is configured.
        await Eventually.BeTrueAsync(() => File.ReadAllText($"/proc/{spare}/maps").Contains("Berth.Abstractions.dll", StringComparison.Ordinal));

        await CallAsync("1.1.0");
        WorkerOf("1.1.0").ShouldBe(spare);
    }

    [Fact]
    public async Task A_crash_is_followed_by_a_restart_in_the_spare()
    {
        await CallAsync("1.0.0");
        var spare = await SpareAsync();
        Running().Kill();
        await Eventually.BeTrueAsync(() => _bed.Pool.Snapshot()[0].Worker?.ProcessId == spare);
        await CallAsync("1.0.0");
    }

    [Fact]
    public async Task A_spare_is_for_its_own_limits_alone_and_makes_room_for_others()
    {
        await CallAsync("1.0.0");
        var spare = await SpareAsync();
        var level = ProbeRun.Level(IsolationLevels.Process, WorkerProgram.Find);
        var other = new WorkerLimits { MemoryBytes = 200L << 20 };

        await using (var process = await Spares.StartAsync(level, ProbeRun.Launch(other), CancellationToken.None))
            process.Child.Id.ShouldNotBe(spare);
        Spares.ProcessIds.ShouldBe([spare]);

        Spares.Keep(level, ProbeRun.Launch(other));
        (await SpareAsync()).ShouldNotBe(spare);
        await EndedAsync(spare);
    }

    [Fact]
    public async Task A_spare_that_died_is_taken_by_nobody()
    {
        await CallAsync("1.0.0");
        var spare = await SpareAsync();
        using (var process = System.Diagnostics.Process.GetProcessById(spare))
            process.Kill();
        await Eventually.BeTrueAsync(() => Spares.ProcessIds.Count == 0);
        await CallAsync("1.1.0");
        WorkerOf("1.1.0").ShouldNotBe(spare);
    }

    [Fact]
    public async Task A_spare_that_nobody_wants_ends_after_the_idle_timeout_and_with_its_host()
    {
        await using (var bed = await StartAsync(spares: 1, idle: TimeSpan.FromMilliseconds(1)))
        {
            await bed.Http.GetStringAsync("/p/Echo/1.0.0/version");
            await bed.Part<SpareWorkers>().Filled;
            await Eventually.BeTrueAsync(() => bed.Part<SpareWorkers>().ProcessIds.Count == 0);
        }

        await CallAsync("1.0.0");
        var spare = await SpareAsync();
        await _bed.DisposeAsync();
        await EndedAsync(spare);
    }

    [Fact]
    public async Task There_are_none_where_none_are_wanted_and_at_levels_that_show_a_worker_its_plugin_alone()
    {
        await using var bed = await StartAsync(spares: 0);
        await bed.Http.GetStringAsync("/p/Echo/1.0.0/version");
        await bed.Part<SpareWorkers>().Filled;
        bed.Part<SpareWorkers>().ProcessIds.ShouldBeEmpty();
        foreach (var level in (string[])[IsolationLevels.Sandbox, IsolationLevels.Container])
            ProbeRun.Level(level).ShouldNotBeAssignableTo<ISpareLevel>();
    }

    [Fact]
    public async Task There_are_none_for_a_version_whose_files_lie_where_a_spare_could_not_read_them()
    {
        if (!FileConfinement.IsGiven)
            return;
        await using var bed = await StartAsync(spares: 1, versions: ProbeRun.Open("elsewhere"));
        (await bed.Http.GetStringAsync("/p/Echo/1.0.0/version")).ShouldBe("1.0.0");
        await bed.Part<SpareWorkers>().Filled;
        bed.Part<SpareWorkers>().ProcessIds.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_worker_that_was_a_spare_is_isolated_as_one_that_was_not()
    {
        await CallAsync("1.0.0");
        var spare = await SpareAsync();
        await CallAsync("1.1.0");
        WorkerOf("1.1.0").ShouldBe(spare);

        var (one, other) = (WorkerOf("1.0.0"), spare);
        Hardening.StatusOf(other).ShouldBe(Hardening.StatusOf(one));
        Hardening.StatusOf(other).ShouldContain("NoNewPrivs:\t1");
        Hardening.StatusOf(other).ShouldContain("Seccomp:\t2");
        Hardening.LimitsOf(other).ShouldBe(Hardening.LimitsOf(one));
        // Who is not root may not look at the rest: a worker is closed to its own user, too.
        if (!Environment.IsPrivilegedProcess)
            return;
        Hardening.EnvironmentOf(other).ShouldBe(Hardening.EnvironmentOf(one));
        // While it reads a file, one has that open as well.
        await Eventually.BeTrueAsync(() => Hardening.DescriptorsOf(other) == Hardening.DescriptorsOf(one));
    }

    [Fact]
    public async Task Those_that_wait_are_shown_with_their_memory()
    {
        ISpareWorkers shown = Spares;
        (shown.Most, shown.Waiting.Count).ShouldBe((1, 0));
        await CallAsync("1.0.0");
        var spare = await SpareAsync();
        var waiting = shown.Waiting.ShouldHaveSingleItem();
        (waiting.Level, waiting.ProcessId).ShouldBe((IsolationLevels.Process, spare));
        waiting.MemoryBytes.ShouldNotBeNull().ShouldBeGreaterThan(1 << 20);
    }

    private static Task<PluginBed> StartAsync(int spares, TimeSpan? idle = null, string? versions = null) => PluginBed.StartAsync(
        new HostOptions
        {
            WorkerSpares = spares,
            IdleTimeout = idle ?? TimeSpan.FromMinutes(30),
            Jitter = () => 0,
            InProcessTrustLevels = new HashSet<string>(),
            WorkerLevels = new Dictionary<string, string> { ["verified"] = IsolationLevels.Process },
        },
        new ProcessLevel(new HostOptions { VersionsDirectory = versions ?? FixtureSource.Root }, ProbeRun.Options, ProbeRun.Users, ProbeRun.Groups, ProbeRun.Run, WorkerProgram.Find));

    private async Task CallAsync(string version) => (await _bed.Http.GetStringAsync($"/p/Echo/{version}/version")).ShouldBe(version);

    private async Task<int> SpareAsync()
    {
        await Spares.Filled;
        return Spares.ProcessIds.ShouldHaveSingleItem();
    }

    private WorkerInstance Running() => ((InstancePool)_bed.Pool).Running().Single().Parts.Worker!;

    private int WorkerOf(string version) => _bed.Pool.Snapshot().Single(instance => instance.Id.Version == version).Worker!.ProcessId;

    private static string UserOf(int process) => File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("Uid:", StringComparison.Ordinal));

    private static Task EndedAsync(int process) => Eventually.BeTrueAsync(() => !Directory.Exists($"/proc/{process}"));
}
