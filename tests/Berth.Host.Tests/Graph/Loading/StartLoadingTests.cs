using Berth.Host.Graph.Loading;
using Berth.Host.Tests.Beds;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Host.Tests.Graph.Loading;

public sealed class StartLoadingTests : IAsyncLifetime, IWantedInstances
{
    private readonly List<PluginVersionId> _wanted = [];
    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync(new HostOptions { CriticalTrustLevels = new HashSet<string> { "verified" } });

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    public ValueTask<IReadOnlyCollection<PluginVersionId>> AllAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyCollection<PluginVersionId>>(_wanted);

    [Fact]
    public async Task What_is_wanted_runs_from_the_start_with_what_it_needs()
    {
        _bed.Source.Add("Base");
        _wanted.Add(_bed.Source.Add("App", "\"dependencies\": [\"Base\"], \"critical\": true"));

        await StartAsync();

        _bed.Pool.Snapshot().Select(instance => instance.Id.Slug).ShouldBe(["App", "Base"]);
    }

    [Fact]
    public async Task A_critical_plugin_that_does_not_run_ends_the_start_with_one_line_that_names_it()
    {
        _wanted.Add(_bed.Source.Add("Vital", "\"critical\": true, \"dependencies\": [\"Gone\"]"));
        _wanted.Add(_bed.Source.Add("Fine"));

        var message = (await Should.ThrowAsync<CriticalPluginException>(StartAsync)).Message;

        message.ShouldBe("The critical plugin Vital 1.0.0 does not run (dependency.missing): Vital 1.0.0 needs Gone *, and the store of this host has no version of it. Install Gone. Mend or uninstall it, or start in safe mode.");
    }

    [Fact]
    public async Task The_start_goes_on_without_a_plugin_that_is_not_critical()
    {
        _wanted.Add(_bed.Source.Add("Bad", fixture: "ThrowsInStart"));
        _wanted.Add(_bed.Source.Add("Fine"));

        await StartAsync();

        (await _bed.Http.GetStringAsync("/p/Fine/1.0.0/name")).ShouldBe("Fine");
    }

    [Fact]
    public async Task In_safe_mode_nothing_is_loaded_and_nothing_is_critical()
    {
        _wanted.Add(_bed.Source.Add("Vital", "\"critical\": true", fixture: "ThrowsInStart"));
        await _bed.Pool.SetSafeModeAsync(true, "a test says so");

        await StartAsync();

        _bed.Pool.Statistics.Failed.ShouldBe(0);
    }

    private Task StartAsync() => new StartLoading(_bed.Services.GetRequiredService<IInstanceLoader>(), _bed.Pool, this).StartedAsync(CancellationToken.None);
}
