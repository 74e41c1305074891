using System.Security.Cryptography;
using Berth.Events;
using Berth.Host.States;
using Berth.Host.Tests.Beds;
using Berth.Packaging.Manifest;

namespace Berth.Host.Tests.Pipeline;

public sealed class InstancePipelineTests : IAsyncLifetime
{
    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync(new HostOptions { DrainTime = TimeSpan.FromMilliseconds(500) });

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Theory]
    [InlineData("ThrowsInConstructor", "plugin.load_failed", "constructor fault")]
    [InlineData("ThrowsInConfigureServices", "plugin.configure_failed", "services fault")]
    [InlineData("ThrowsInMapEndpoints", "plugin.configure_failed", "endpoints fault")]
    [InlineData("ThrowsInStart", "plugin.start_failed", "OwnException: start fault")]
    [InlineData("MissingAssembly", "plugin.assembly_missing", "lib/net10.0/MissingAssembly.dll")]
    [InlineData("MissingDependency", "plugin.configure_failed", "'NoEntry'")]
    [InlineData("NotAnAssembly", "plugin.load_failed", "BadImageFormat")]
    [InlineData("NoEntry", "plugin.entry_missing", "Berth.IPlugin")]
    [InlineData("TwoEntries", "plugin.entry_ambiguous", "First, Second")]
    [InlineData("WrongLifecycleManager", "plugin.lifecycle_manager_invalid", "Nowhere.Manager")]
    [InlineData("NativeCode", "isolation.native_code", "libnative.so")]
    [InlineData("SaysUnhealthy", "plugin.unhealthy", "engine: the engine is cold")]
    public async Task R37_A_plugin_that_cannot_be_made_to_run_hurts_nobody(string slug, string code, string reason)
    {
        (await _bed.Http.GetStringAsync("/p/Echo/1.0.0/version")).ShouldBe("1.0.0");

        var failed = await _bed.FailAsync(slug);
        failed.Code.ShouldBe(code);
        failed.Reason.ShouldContain(reason);
        failed.Reason.ShouldContain(slug);

        (await _bed.Http.GetStringAsync("/p/Echo/1.0.0/version")).ShouldBe("1.0.0");
        (await _bed.Pool.UnloadAsync(new PluginVersionId(slug, "1.0.0"))).ShouldNotBeOfType<UnloadOutcome.Leaked>();
        _bed.Pool.Snapshot().Single(instance => instance.Id.Slug == slug).State.ShouldBe(InstanceState.Failed);
        _bed.Pool.Statistics.Failed.ShouldBe(1);
        _bed.Pool.Statistics.Leaked.ShouldBe(0);
    }

    [Fact]
    public async Task R38_A_plugin_that_would_end_the_process_is_not_loaded_into_it()
    {
        var failed = await _bed.FailAsync("ExitsProcess");
        failed.Code.ShouldBe("isolation.ends_process");
        failed.Reason.ShouldContain("Environment.Exit in ExitsProcess.dll");
        failed.RetryAfter.ShouldBeNull();
    }

    [Fact]
    public async Task A_load_tells_of_its_stages_in_order()
    {
        using (await _bed.LeaseAsync("Echo"))
        {
        }

        _bed.Events.Of<LoadingProgress>().Select(progress => progress.Phase).ShouldBe(["discover", "verify", "resolve", "place", "load", "start"]);
        _bed.Events.Of<LoadingProgress>().Select(progress => progress.Percent).ShouldBeInOrder();
        _bed.Events.Of<LoadingCompleted>().Single().Isolation.ShouldBe("none");
    }

    [Theory]
    [InlineData("changed", "was changed")]
    [InlineData("missing", "is missing")]
    [InlineData("added", "is not a file of the package")]
    public async Task Files_that_are_not_those_of_the_package_are_not_loaded(string what, string reason)
    {
        _bed.Source.Change = files => files with { FileDigests = Digests(files.Directory, what) };
        var failed = await _bed.FailAsync("Echo");
        failed.Code.ShouldBe("plugin.integrity_failed");
        failed.Reason.ShouldContain(reason);
        _bed.Events.Of<IntegrityFailed>().Single().File.ShouldStartWith("lib/net10.0/");

        _bed.Source.Change = files => files with { FileDigests = Digests(files.Directory, "") };
        _bed.Time.Advance(TimeSpan.FromSeconds(2));
        using var lease = await _bed.LeaseAsync("Echo");
        lease.Id.Slug.ShouldBe("Echo");
    }

    private static Dictionary<string, string> Digests(string directory, string what)
    {
        var digests = Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .ToDictionary(path => Path.GetRelativePath(directory, path), path => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))));
        switch (what)
        {
            case "changed":
                digests["lib/net10.0/Echo.dll"] = new string('0', 64);
                break;
            case "missing":
                digests["lib/net10.0/Other.dll"] = new string('0', 64);
                break;
            case "added":
                digests.Remove("lib/net10.0/Echo.dll");
                break;
        }

        return digests;
    }

    [Fact]
    public async Task A_start_that_never_ends_costs_its_budget_and_no_more()
    {
        var failed = await _bed.FailAsync("HangsInStart");
        failed.Code.ShouldBe("plugin.start_timeout");
        failed.Reason.ShouldContain("0.3 s");
        (await _bed.Http.GetStringAsync("/p/Echo/1.0.0/version")).ShouldBe("1.0.0");
    }

    [Fact]
    public async Task A_version_that_is_not_in_the_store_is_not_found()
    {
        (await _bed.Pool.LeaseAsync(new PluginVersionId("Nobody", "1.0.0"))).ShouldBeOfType<LeaseOutcome.NotFound>().Reason.ShouldContain("Nobody 1.0.0");
        _bed.Pool.Snapshot().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_version_without_server_side_code_is_not_found()
    {
        _bed.Source.Change = files => files with { Manifest = files.Manifest with { Module = null } };
        (await _bed.Pool.LeaseAsync(new PluginVersionId("Echo", "1.0.0"))).ShouldBeOfType<LeaseOutcome.NotFound>().Reason.ShouldContain("no server-side code");
    }

    [Fact]
    public async Task A_store_that_fails_is_a_failure_of_the_load()
    {
        _bed.Source.Change = _ => throw new IOException("the disk is away");
        var failed = await _bed.FailAsync("Echo");
        failed.Code.ShouldBe("plugin.store_failed");
        failed.RetryAfter.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_main_assembly_outside_of_the_folder_is_refused()
    {
        _bed.Source.Change = files => files with { Manifest = files.Manifest with { Module = new ModuleManifest { Assembly = "../1.1.0/lib/net10.0/Echo.dll" } } };
        var failed = await _bed.FailAsync("Echo");
        failed.Code.ShouldBe("plugin.load_failed");
        failed.Reason.ShouldContain("leads out");
    }

    [Theory]
    [InlineData("community", "isolation.unavailable")]
    [InlineData("untrusted", "isolation.unavailable")]
    [InlineData("quarantined", "plugin.quarantined")]
    public async Task Trust_that_is_too_low_is_refused_until_it_is_raised(string level, string code)
    {
        _bed.Source.Trust("Echo", level);
        var failed = await _bed.FailAsync("Echo");
        failed.Code.ShouldBe(code);
        failed.RetryAfter.ShouldBeNull();

        _bed.Source.Trust("Echo", "verified");
        _bed.Time.Advance(TimeSpan.FromSeconds(2));
        using var lease = await _bed.LeaseAsync("Echo");
        lease.Id.Version.ShouldBe("1.0.0");
    }
}
