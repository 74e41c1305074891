using Berth.Events;
using Berth.Host.Events;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Events.Plugins;

/// <summary>A golden plugin that publishes and subscribes, in the host's own process and in a worker.</summary>
public abstract class SubscribingPluginTests : IAsyncLifetime
{
    private static readonly PluginVersionId Id = new("Subscribes", "1.0.0");
    private PluginBed _bed = null!;

    private IEventBus Bus => _bed.Get<IEventBus>();

    private static readonly HostOptions Options = new() { DrainTime = TimeSpan.FromSeconds(1) };

    public async Task InitializeAsync() => _bed = await StartAsync(Options);

    private protected abstract Task<PluginBed> StartAsync(HostOptions options);

    /// <summary>Longer than a handler needs that does not hang.</summary>
    private protected abstract TimeSpan Limit { get; }

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public async Task What_a_plugin_publishes_reaches_its_own_handler_in_order()
    {
        foreach (var name in new[] { "ada", "bob", "cyd" })
            await PostAsync("/greet?name=" + name);
        await HeardAsync("ada,bob,cyd");
    }

    [Fact]
    public async Task Events_of_a_plugin_that_it_depends_on_reach_it_and_tell_nobodys_name()
    {
        await HeardAsync("");
        Relay("berth.plugin.event", new PluginEventPublished("Echo", "1.0.0", "echoed", """{"Name":"eve"}"""));
        Relay("berth.plugin.event", new PluginEventPublished("Echo", "1.0.0", "other", """{"Name":"no"}"""));
        Relay("berth.plugin.event", new PluginEventPublished("Hosted", "1.0.0", "echoed", """{"Name":"no"}"""));
        Relay("berth.installation.installed", new InstallationInstalled("o", "Echo", "1.0.0"));
        Relay("berth.installation.installed", new InstallationInstalled("o", "Subscribes", "1.0.0"));
        await HeardAsync("eve", "installed 1.0.0");
    }

    [Fact]
    public async Task What_it_may_not_is_refused_in_words_and_is_an_event()
    {
        using var reader = Bus.Subscribe("test", new BusFilter { Types = ["berth.security.event_refused"] });
        (await PostAsync("/shout")).ShouldContain("Add \"shouted\" to events.custom");
        (await PostAsync("/spy")).ShouldContain("Add it to dependencies or optionalDependencies");
        EventBusTests.ReadAll(reader).Cast<EventRefused>().Select(refused => refused.Event).ShouldBe(["shouted", "berth.plugin.event"]);
    }

    [Fact]
    public async Task R45_A_subscription_that_was_disposed_hears_nothing_more()
    {
        await PostAsync("/greet?name=ada");
        await HeardAsync("ada");
        await PostAsync("/stop");
        await PostAsync("/greet?name=bob");
        // The other subscription is behind the same bus: what it has heard was raised later.
        Relay("berth.plugin.event", new PluginEventPublished("Echo", "1.0.0", "echoed", """{"Name":"eve"}"""));
        await HeardAsync("ada", "eve");
    }

    [Fact]
    public async Task A_handlers_faults_are_counted_as_the_instances()
    {
        await _bed.DisposeAsync();
        _bed = await StartAsync(Options with { EventTimeLimit = Limit });
        await PostAsync("/greet?name=throw");
        await PostAsync("/greet?name=hang");
        await Eventually.BeTrueAsync(() => _bed.Pool.Snapshot().Single(instance => instance.Id == Id).Failures == 2);
        await PostAsync("/greet?name=ada");
        await PostAsync("/let-go");
        await HeardAsync("throw,hang,ada");
    }

    [Fact]
    public async Task A_plugin_with_subscriptions_is_gone_after_its_unload_and_so_are_they()
    {
        await PostAsync("/greet?name=ada");
        await PostAsync("/greet?name=throw");
        await HeardAsync("ada,throw");
        Bus.Statistics.Readers.Count.ShouldBe(3);

        (await _bed.Pool.UnloadAsync(Id)).ShouldBeOfType<UnloadOutcome.Unloaded>();
        Bus.Statistics.Readers.ShouldBeEmpty();
        Relay("berth.plugin.event", new PluginEventPublished("Echo", "1.0.0", "echoed", """{"Name":"eve"}"""));
        await HeardAsync("");
    }

    private void Relay(string type, BerthEvent data) => Bus.Relay(new HostEvent(type, data, DateTimeOffset.UnixEpoch, null, PluginBed.UserId, 1));

    private async Task<string> PostAsync(string path)
    {
        using var answer = await _bed.Http.PostAsync("/p/Subscribes/1.0.0" + path, null);
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return text;
    }

    /// <summary>Names that one subscription hears are in order; those of several may come in any.</summary>
    private async Task HeardAsync(params string[] expected)
    {
        var wanted = string.Join(",", expected).Split(',').Order().ToList();
        string heard;
        var until = Environment.TickCount64 + 120_000;
        do
        {
            heard = await _bed.Http.GetStringAsync("/p/Subscribes/1.0.0/heard");
        }
        while (!heard.Split(',').Order().SequenceEqual(wanted) && Environment.TickCount64 < until);
        heard.Split(',').Order().ShouldBe(wanted);
        if (expected.Length == 1)
            heard.ShouldBe(expected[0]);
    }
}

public sealed class InProcessSubscribingPluginTests : SubscribingPluginTests
{
    private protected override Task<PluginBed> StartAsync(HostOptions options) => PluginBed.StartAsync(options);

    private protected override TimeSpan Limit => TimeSpan.FromMilliseconds(500);
}

public sealed class WorkerSubscribingPluginTests : SubscribingPluginTests
{
    private protected override Task<PluginBed> StartAsync(HostOptions options) => PluginBed.StartWithWorkersAsync(options);

    // Through a worker and back, on a machine that has more to do, a handler needs more than in process.
    private protected override TimeSpan Limit => TimeSpan.FromSeconds(2);
}
