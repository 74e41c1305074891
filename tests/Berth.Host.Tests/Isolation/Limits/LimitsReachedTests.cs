using System.Net;
using Berth.Events;
using Berth.Host.Isolation;
using Berth.Host.Isolation.Limits;
using Berth.Host.Isolation.Network;
using Berth.Host.Isolation.Worker;
using Berth.Host.Tests.Beds;
using Berth.Host.Tests.Isolation.Levels;
using Berth.Packaging.Manifest;

namespace Berth.Host.Tests.Isolation.Limits;

/// <summary>A plugin that takes more than it may: what happens to it, what is told, and that it and its neighbour go on.</summary>
public sealed class LimitsReachedTests : IAsyncLifetime
{
    private PluginBed _bed = null!;
    private Measured _metrics = null!;

    public async Task InitializeAsync()
    {
        _bed = await PluginBed.StartAsync(
            new HostOptions
            {
                InProcessTrustLevels = new HashSet<string>(),
                WorkerLevels = new Dictionary<string, string> { ["verified"] = IsolationLevels.Process },
                WorkerLimits = new WorkerLimits { MemoryBytes = 192L << 20, Processes = 64, OpenFiles = 200, FileBytes = 4L << 20, TemporaryBytes = 8L << 20 },
                Network = new NetworkOptions { Rules = NetworkRule.Parse("* private 127.0.0.1:*") },
            },
            ProbeRun.Level(IsolationLevels.Process, WorkerProgram.Find));
        _metrics = new Measured(_bed.Services);
    }

    public async Task DisposeAsync()
    {
        _metrics.Dispose();
        await _bed.DisposeAsync();
    }

    [Fact]
    public async Task Memory_ends_the_worker_and_nothing_else()
    {
        (await _bed.Http.GetStringAsync("/p/Echo/1.0.0/version")).ShouldBe("1.0.0");
        var neighbour = _bed.Pool.Snapshot().Single(one => one.Id.Slug == "Echo");

        using (var answer = await _bed.Http.GetAsync("/p/Hungry/1.0.0/native?mb=600"))
            answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);

        await Eventually.BeTrueAsync(() => _bed.Events.Of<InstanceCrashed>().Count > 0);
        var crash = _bed.Events.Of<InstanceCrashed>().ShouldHaveSingleItem();
        crash.Slug.ShouldBe("Hungry");
        _bed.Events.Of<LimitReached>().ShouldContain(reached => reached.Slug == "Hungry" && reached.Limit == "memory", crash.Reason);
        await CountedAsync("memory");
        await ServesAgainAsync();
        _bed.Pool.Snapshot().Single(one => one.Id.Slug == "Echo").State.ShouldBe(neighbour.State);
        (await _bed.Http.GetStringAsync("/p/Echo/1.0.0/version")).ShouldBe("1.0.0");
    }

    [Fact]
    public async Task Too_many_threads_are_not_started()
    {
        Got(await _bed.Http.GetStringAsync("/p/Hungry/1.0.0/threads?n=200")).ShouldBeLessThan(64);
        await Eventually.BeTrueAsync(() =>
        {
            _bed.Get<LimitWatch>().Round();
            return _bed.Events.Of<LimitReached>().Any(reached => reached.Slug == "Hungry" && reached.Limit == "processes");
        });
        await CountedAsync("processes");
        (await _bed.Http.GetStringAsync("/p/Hungry/1.0.0/ping")).ShouldBe("pong");
    }

    [Theory]
    [InlineData("/file?mb=20", 4, "file_size")]
    [InlineData("/files?n=400", 200, "open_files")]
    [InlineData("/managed?mb=600", 160, "managed_memory")]
    public async Task What_fails_in_the_worker_is_told_and_the_same_worker_goes_on(string path, int most, string limit)
    {
        Got(await _bed.Http.GetStringAsync("/p/Hungry/1.0.0" + path)).ShouldBeLessThanOrEqualTo(most);
        await Eventually.BeTrueAsync(() => _bed.Events.Of<LimitReached>().Any(reached => reached.Slug == "Hungry" && reached.Limit == limit));
        await CountedAsync(limit);
        (await _bed.Http.GetStringAsync("/p/Hungry/1.0.0/ping")).ShouldBe("pong");
        _bed.Events.Of<InstanceCrashed>().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_processor_share_that_is_spent_makes_slower_and_is_told()
    {
        if (ProbeRun.Groups.Gaps.Count > 0)
            return;
        _bed.Source.Change = files => files with { Manifest = files.Manifest with { Security = files.Manifest.Security with { Sandbox = new SandboxManifest(false, null, new ResourceLimitsManifest(null, MaxCpu: 20, null, null, null)) } } };
        (await _bed.Http.GetStringAsync("/p/Hungry/1.0.0/ping")).ShouldBe("pong");
        var watch = _bed.Get<LimitWatch>();
        watch.Round();
        _bed.Events.Of<LimitReached>().ShouldNotContain(reached => reached.Limit == "processor");

        await Eventually.BeTrueAsync(async () =>
        {
            (await _bed.Http.GetStringAsync("/p/Hungry/1.0.0/spin?ms=2800")).ShouldBe("spun");
            watch.Round();
            return _bed.Events.Of<LimitReached>().Any(reached => reached.Slug == "Hungry" && reached.Limit == "processor");
        });
        await CountedAsync("processor");

        (await _bed.Http.GetStringAsync("/p/Hungry/1.0.0/ping")).ShouldBe("pong");
        _bed.Events.Of<InstanceCrashed>().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(IsolationLevels.Process)]
    [InlineData(IsolationLevels.Sandbox)]
    public async Task A_full_temporary_folder_is_told_and_the_same_worker_goes_on(string level)
    {
        if (level == IsolationLevels.Process && !await new TemporaryMount(isWanted: true).IsGivenAsync())
            return;
        await using var bed = await PluginBed.StartAsync(
            new HostOptions
            {
                InProcessTrustLevels = new HashSet<string>(),
                WorkerLevels = new Dictionary<string, string> { ["verified"] = level },
                WorkerLimits = new WorkerLimits { TemporaryBytes = 8L << 20 },
            },
            ProbeRun.Level(level, WorkerProgram.Find));
        if (!bed.Get<IIsolationLevels>().Of(level).IsAvailable)
            return;
        using var metrics = new Measured(bed.Services);

        Got(await bed.Http.GetStringAsync("/p/Hungry/1.0.0/disk?mb=20")).ShouldBeLessThanOrEqualTo(8);

        await Eventually.BeTrueAsync(() => bed.Events.Of<LimitReached>().Any(reached => reached.Slug == "Hungry" && reached.Limit == "disk"));
        await CountedAsync("disk", metrics);
        // What was written is gone again, and there is room.
        Got(await bed.Http.GetStringAsync("/p/Hungry/1.0.0/disk?mb=2")).ShouldBe(2);
        bed.Events.Of<InstanceCrashed>().ShouldBeEmpty();
    }

    [Fact]
    public async Task Where_the_folder_lies_on_the_disk_a_worker_that_fills_it_is_ended_and_told_and_its_files_go_with_it()
    {
        await using var bed = await PluginBed.StartAsync(
            new HostOptions
            {
                RequestTimeLimit = TimeSpan.FromSeconds(20),
                InProcessTrustLevels = new HashSet<string>(),
                WorkerLevels = new Dictionary<string, string> { ["verified"] = IsolationLevels.Process },
                WorkerLimits = new WorkerLimits { TemporaryBytes = 8L << 20 },
            },
            new ProcessLevel(ProbeRun.Host, new IsolationOptions { MountTemporaryFolders = false }, ProbeRun.Users, ProbeRun.Groups, ProbeRun.Run, WorkerProgram.Find));
        using var metrics = new Measured(bed.Services);
        bed.Get<IIsolationLevels>().Of(IsolationLevels.Process).Gaps.ShouldContain(gap => gap.Contains("measured every five seconds", StringComparison.Ordinal));
        Got(await bed.Http.GetStringAsync("/p/Hungry/1.0.0/keep?mb=6")).ShouldBe(6);
        var watch = bed.Get<LimitWatch>();
        watch.Round();
        bed.Events.Of<LimitReached>().ShouldBeEmpty("it may have as much");
        var folder = await bed.Http.GetStringAsync("/p/Hungry/1.0.0/temporary");

        Got(await bed.Http.GetStringAsync("/p/Hungry/1.0.0/keep?mb=6")).ShouldBe(6, "nothing bounds it until somebody looks");
        watch.Round();

        bed.Events.Of<LimitReached>().ShouldHaveSingleItem().ShouldBe(new LimitReached("Hungry", "1.0.0", "disk", 1));
        await Eventually.BeTrueAsync(() => bed.Events.Of<InstanceCrashed>().Count > 0);
        bed.Events.Of<InstanceCrashed>().ShouldHaveSingleItem().Reason.ShouldContain("its temporary folder held more than 8388608 bytes");
        await CountedAsync("disk", metrics);
        await ServesAgainAsync(bed);
        await Eventually.BeTrueAsync(() => !Directory.Exists(folder));
    }

    [Fact]
    public async Task What_a_worker_has_deleted_and_keeps_open_counts_where_the_folder_is_measured()
    {
        if (!DeletedFiles.CanBeSeen)
            return;
        await using var bed = await PluginBed.StartAsync(
            new HostOptions
            {
                RequestTimeLimit = TimeSpan.FromSeconds(20),
                InProcessTrustLevels = new HashSet<string>(),
                WorkerLevels = new Dictionary<string, string> { ["verified"] = IsolationLevels.Process },
                WorkerLimits = new WorkerLimits { TemporaryBytes = 8L << 20 },
            },
            new ProcessLevel(ProbeRun.Host, new IsolationOptions { MountTemporaryFolders = false }, ProbeRun.Users, ProbeRun.Groups, ProbeRun.Run, WorkerProgram.Find));
        var watch = bed.Get<LimitWatch>();
        Got(await bed.Http.GetStringAsync("/p/Hungry/1.0.0/hold?mb=6")).ShouldBe(6);
        watch.Round();
        bed.Events.Of<LimitReached>().ShouldBeEmpty("it may have as much");

        Got(await bed.Http.GetStringAsync("/p/Hungry/1.0.0/hold?mb=6")).ShouldBe(6);
        Directory.GetFiles(await bed.Http.GetStringAsync("/p/Hungry/1.0.0/temporary")).ShouldBeEmpty("none of them has a name");
        watch.Round();

        bed.Events.Of<LimitReached>().ShouldHaveSingleItem().ShouldBe(new LimitReached("Hungry", "1.0.0", "disk", 1));
        await Eventually.BeTrueAsync(() => bed.Events.Of<InstanceCrashed>().Count > 0);
        bed.Events.Of<InstanceCrashed>().ShouldHaveSingleItem().Reason.ShouldContain("its temporary folder held more than 8388608 bytes");
        await ServesAgainAsync(bed);
    }

    [Fact]
    public async Task A_request_that_is_cut_off_in_a_worker_is_told_with_its_name_and_its_limit_and_the_worker_goes_on()
    {
        await using var bed = await PluginBed.StartWithWorkersAsync(new HostOptions { RequestTimeLimit = TimeSpan.FromMilliseconds(800), StartBudget = TimeSpan.FromSeconds(30) });
        using var metrics = new Measured(bed.Services);
        (await bed.Http.GetStringAsync("/p/Stubborn/1.0.0/ok")).ShouldBe("ok");
        var worker = Worker(bed, "Stubborn");

        using (var answer = await bed.Http.GetAsync("/p/Stubborn/1.0.0/hang?ms=30000"))
            answer.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        // One that has begun is broken off, for want of another way to say it.
        await Should.ThrowAsync<HttpRequestException>(() => bed.Http.GetStringAsync("/p/Stubborn/1.0.0/stall?ms=30000"));

        await Eventually.BeTrueAsync(() => bed.Events.Of<CallTimeExceeded>().Count == 2);
        bed.Events.Of<CallTimeExceeded>().ShouldBe(
            [new CallTimeExceeded("Stubborn", "1.0.0", "GET /hang", 800), new CallTimeExceeded("Stubborn", "1.0.0", "GET /stall", 800)]);
        (await bed.Http.GetStringAsync("/p/Stubborn/1.0.0/ok")).ShouldBe("ok");
        Worker(bed, "Stubborn").ShouldBe(worker);
        await Eventually.BeTrueAsync(() => metrics.Sums.GetValueOrDefault("plugin_limits_exceeded_total{limit=call_time,plugin_slug=Stubborn}") > 1);
    }

    [Fact]
    public async Task A_spent_bandwidth_makes_wait_and_is_told()
    {
        var waits = 0;
        using var bandwidth = Bandwidth.Of(1000, () => waits++);
        await bandwidth.SendAsync(bandwidth.Most, CancellationToken.None);
        waits.ShouldBe(0);
        await bandwidth.SendAsync(1, CancellationToken.None);
        waits.ShouldBe(1);
    }

    [Fact]
    public async Task A_changed_bandwidth_holds_for_what_comes_next_also_in_smaller_pieces_than_were_asked_for()
    {
        var waits = 0;
        using var bandwidth = Bandwidth.Of(1_000_000, () => waits++);
        var before = bandwidth.Most;
        bandwidth.Change(4000);
        bandwidth.Most.ShouldBe(1000);

        await bandwidth.SendAsync(1000, CancellationToken.None);
        waits.ShouldBe(0);
        using var ending = new CancellationTokenSource();
        var sending = bandwidth.SendAsync(before, ending.Token).AsTask();

        waits.ShouldBe(1);
        await ending.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task A_manifests_bandwidth_makes_its_plugin_wait_and_is_told_and_the_worker_goes_on()
    {
        await using var elsewhere = Network.Elsewhere.Greeting(new string('x', 4000));
        _bed.User.GrantedCapabilities = new HashSet<string> { Capabilities.HttpClient };
        _bed.Source.Change = files => files with { Manifest = files.Manifest with { Security = files.Manifest.Security with { Sandbox = new SandboxManifest(false, null, new ResourceLimitsManifest(null, null, null, MaxNetworkBandwidth: 8000, null)) } } };

        (await _bed.Http.GetStringAsync($"/p/Echo/1.0.0/http?url={Uri.EscapeDataString($"http://127.0.0.1:{elsewhere.Port}/")}")).Length.ShouldBe(4000);

        _bed.Events.Of<LimitReached>().ShouldContain(new LimitReached("Echo", "1.0.0", "bandwidth", 1));
        await Eventually.BeTrueAsync(() => _metrics.Sums.ContainsKey("plugin_limits_exceeded_total{limit=bandwidth,plugin_slug=Echo}"));
        (await _bed.Http.GetStringAsync("/p/Echo/1.0.0/version")).ShouldBe("1.0.0");
        _bed.Events.Of<InstanceCrashed>().ShouldBeEmpty();
    }

    [Fact]
    public void The_same_limit_within_a_minute_is_told_together()
    {
        var trail = _bed.Get<LimitTrail>();
        var id = new PluginVersionId("Hungry", "1.0.0");
        trail.Note(id, LimitTrail.Bandwidth);
        trail.Note(id, LimitTrail.Bandwidth, 4);
        trail.Flush();
        _bed.Events.Of<LimitReached>().ShouldBe([new LimitReached("Hungry", "1.0.0", "bandwidth", 1)]);
        _bed.Time.Advance(TimeSpan.FromMinutes(1));
        trail.Flush();
        _bed.Events.Of<LimitReached>()[^1].Count.ShouldBe(4);
    }

    private static int Worker(PluginBed bed, string slug) => bed.Pool.Snapshot().Single(one => one.Id.Slug == slug).Worker!.ProcessId;

    private Task CountedAsync(string limit, Measured? metrics = null) =>
        Eventually.BeTrueAsync(() => (metrics ?? _metrics).Sums.ContainsKey($"plugin_limits_exceeded_total{{limit={limit},plugin_slug=Hungry}}"));

    private Task ServesAgainAsync(PluginBed? bed = null) => Eventually.BeTrueAsync(async () =>
    {
        using var answer = await (bed ?? _bed).Http.GetAsync("/p/Hungry/1.0.0/ping");
        return answer.StatusCode == HttpStatusCode.OK;
    });

    private static int Got(string answer) => int.Parse(answer.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
}
