using Berth.Events;
using Berth.Host.Events;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Events.Plugins;

/// <summary>A golden plugin that publishes and subscribes.</summary>
public sealed class SubscribingPluginTests : IAsyncLifetime
{
    private static readonly PluginVersionId Id = new("Subscribes", "1.0.0");
    private PluginBed _bed = null!;

    private IEventBus Bus => _bed.Get<IEventBus>();

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync(
        new HostOptions { DrainTime = TimeSpan.FromSeconds(1), EventTimeLimit = TimeSpan.FromMilliseconds(200), StartBudget = TimeSpan.FromSeconds(30) });

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
        var until = Environment.TickCount64 + 30_000;
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
