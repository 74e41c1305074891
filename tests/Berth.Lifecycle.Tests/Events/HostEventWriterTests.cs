using Berth.Data.Sessions;
using Berth.Events;
using Berth.Host;
using Berth.Host.Events;
using Berth.Lifecycle.Events;
using Berth.Lifecycle.Tests.World;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Lifecycle.Tests.Events;

public sealed class HostEventWriterTests
{
    private static readonly PluginVersionId Notes = new("Notes", "1.0.0");

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_the_host_raises_is_in_the_outbox_in_order(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var writer = await StartAsync(world);
        var events = world.Get<IHostEvents>();
        for (var i = 0; i < 20; i++)
            events.Raise(Denied(i), Notes, "ada");
        events.Raise(new LoadingCompleted("Notes", "1.0.0", "none", 12), Notes);
        await Eventually.BecomesAsync(async () => await world.CountAsync("SELECT COUNT(*) FROM outbox") == 21);

        var rows = (await world.Get<IEvents>().PageAsync(new EventFilter(), 0, long.MaxValue)).Events;
        rows.Take(20).Select(row => ((GuardDenied)EventCatalogue.Read(row.Type, row.DataJson)!).Reason).ShouldBe(Enumerable.Range(0, 20).Select(i => $"{i}"));
        rows[0].ShouldSatisfyAllConditions(
            row => row.Subject.ShouldBe("Notes@1.0.0"), row => row.UserId.ShouldBe("ada"), row => row.RaisedBy.ShouldBe(writer.Origin));
        rows[^1].UserId.ShouldBeNull("an instance belongs to no user");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task The_record_of_security_is_in_the_audit_too(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        await StartAsync(world);
        var events = world.Get<IHostEvents>();
        events.Raise(Denied(1), Notes, "ada");
        events.Raise(new InstanceQuarantined("Notes", "1.0.0", "it mines coins", "root"), Notes);
        events.Raise(new IsolationRefused("Notes", "1.0.0", "isolation.native_code", "r"), Notes);
        events.Raise(new LoadingCompleted("Notes", "1.0.0", "none", 12), Notes);
        await Eventually.BecomesAsync(async () => await world.CountAsync("SELECT COUNT(*) FROM outbox") == 4);

        (await world.Database.ReadAsync(session => session.QueryAsync<string>(
            "SELECT action || ' ' || outcome || ' ' || actor_id || ' ' || user_id || ' ' || subject FROM audit ORDER BY seq"))).ShouldBe(
        [
            "guard.denied failed ada ada Notes@1.0.0",
            "instance.quarantined succeeded root root Notes@1.0.0",
            "isolation.refused failed host host Notes@1.0.0",
        ]);
    }

    // Written out, so that whoever adds an event to the record of security says here once more how the audit shows it.
    [Fact]
    public async Task Each_event_of_the_record_of_security_stands_in_the_audit_with_its_own_outcome()
    {
        Dictionary<string, string> expected = new()
        {
            ["guard.denied"] = "failed",
            ["guard.failed"] = "failed",
            ["guard.missing"] = "failed",
            ["instance.crashed"] = "failed",
            ["instance.quarantined"] = "succeeded",
            ["instance.released"] = "succeeded",
            ["instance.transition_refused"] = "failed",
            ["instance.wanted"] = "succeeded",
            ["isolation.moved"] = "succeeded",
            ["isolation.refused"] = "failed",
            ["isolation.rule_removed"] = "succeeded",
            ["isolation.rule_set"] = "succeeded",
            ["loading.safe_mode"] = "succeeded",
            ["network.connection_opened"] = "succeeded",
            ["network.connection_refused"] = "failed",
            ["package.trust_decided"] = "succeeded",
            ["rate_limit.exceeded"] = "failed",
            ["security.address_refused"] = "failed",
            ["security.capability_denied"] = "failed",
            ["security.capability_used"] = "succeeded",
            ["security.event_refused"] = "failed",
            ["security.integrity_failed"] = "failed",
            ["security.undeclared_use"] = "succeeded",
            ["security.user_data_used"] = "succeeded",
            ["service.refused"] = "failed",
            ["signature.rejected"] = "failed",
            ["trust.expired"] = "succeeded",
            ["trust.policy_changed"] = "succeeded",
            ["trust.quarantine_lifted"] = "succeeded",
            ["trust.quarantined"] = "succeeded",
            ["trust.request_decided"] = "succeeded",
            ["trust.requested"] = "succeeded",
            ["trust.violation_lifted"] = "succeeded",
            ["trust.violation_recorded"] = "succeeded",
        };
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await StartAsync(world);
        var isProtected = EventCatalogue.Types.Where(type => EventCatalogue.DescriptionOf(EventCatalogue.RecordOf(type)!)!.IsProtected).ToList();
        foreach (var type in isProtected)
            world.Get<IHostEvents>().Raise(Any(EventCatalogue.RecordOf(type)!), Notes);
        await Eventually.BecomesAsync(async () => await world.CountAsync("SELECT COUNT(*) FROM audit") == isProtected.Count);

        var rows = await world.Database.ReadAsync(session => session.QueryAsync<string>("SELECT action || ' ' || outcome FROM audit ORDER BY action"));
        rows.Order(StringComparer.Ordinal).ShouldBe(expected.Select(one => $"{one.Key} {one.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task R46_A_database_that_is_away_delays_the_record_of_security_and_loses_none_of_it()
    {
        const int Many = 11_000;
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var database = new TroubledDatabase(world.Database) { Trouble = DatabaseTrouble.Locked };
        var bus = world.Get<IEventBus>();
        await using var writer = new HostEventWriter(
            database, bus, world.Get<IHostEvents>(), world.Get<LifecycleOptions>(), TimeProvider.System, NullLogger<HostEventWriter>.Instance);
        await writer.StartAsync(default);
        for (var i = 0; i < Many; i++)
            world.Get<IHostEvents>().Raise(Denied(i), Notes);
        (await world.CountAsync("SELECT COUNT(*) FROM outbox")).ShouldBe(0);

        database.Trouble = null;
        await Eventually.BecomesAsync(async () => await world.CountAsync("SELECT COUNT(*) FROM outbox") == Many);
        (await world.CountAsync("SELECT COUNT(*) FROM audit")).ShouldBe(Many);
        var reasons = await world.Database.ReadAsync(session => session.QueryAsync<string>("SELECT data FROM outbox ORDER BY seq"));
        reasons.Select(data => int.Parse(((GuardDenied)EventCatalogue.Read("berth.guard.denied", data)!).Reason)).ShouldBe(Enumerable.Range(0, Many));
    }

    [Fact]
    public async Task What_was_raised_at_the_last_moment_is_written_when_the_server_stops()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var writer = await StartAsync(world);
        await writer.StopAsync(default);
        world.Get<IHostEvents>().Raise(Denied(1), Notes);
        await writer.DisposeAsync();
        (await world.CountAsync("SELECT COUNT(*) FROM outbox")).ShouldBe(1);
    }

    [Fact]
    public async Task Progress_is_not_kept_and_a_flood_of_one_kind_is_counted_instead()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var time = new SteppedTime();
        var recorded = new List<BerthEvent>();
        var kept = new KeptEvents(new Recorder(recorded), time);
        kept.Keeps(Event(new LoadingProgress("Notes", "1.0.0", "load", 50))).ShouldBeFalse();
        Enumerable.Range(0, 100).Count(_ => kept.Keeps(Event(new CallFailed("Notes", "1.0.0", "GET /", "r")))).ShouldBe(KeptEvents.MostAMinute);
        Enumerable.Range(0, 100).Count(_ => kept.Keeps(Event(new PluginEventPublished("Notes", "1.0.0", "written", "1")))).ShouldBe(100);
        Enumerable.Range(0, 100).Count(_ => kept.Keeps(Event(Denied(1)))).ShouldBe(100);
        recorded.ShouldBeEmpty();
        kept.HasLeftOut.ShouldBeTrue();

        time.Now += TimeSpan.FromMinutes(1);
        kept.Keeps(Event(new CallFailed("Notes", "1.0.0", "GET /", "r"))).ShouldBeTrue();
        recorded.ShouldBe([new EventsLeftOut("Notes", "1.0.0", "berth.error.call_failed", 40)]);
        kept.HasLeftOut.ShouldBeFalse();
    }

    private static async Task<HostEventWriter> StartAsync(TestWorld world)
    {
        var writer = world.Get<HostEventWriter>();
        await writer.StartAsync(default);
        return writer;
    }

    private static HostEvent Event(BerthEvent data) => new(EventCatalogue.DescriptionOf(data.GetType())!.Type, data, DateTimeOffset.UnixEpoch, Notes);

    private static GuardDenied Denied(int i) => new("Notes", "1.0.0", "owner", "Notes", "GET", "/notes", $"{i}");

    // Of a record only its type matters here; some texts are codes that are cut into parts.
    private static BerthEvent Any(Type record)
    {
        var constructor = record.GetConstructors().MaxBy(one => one.GetParameters().Length)!;
        return (BerthEvent)constructor.Invoke([.. constructor.GetParameters().Select(one => one.ParameterType == typeof(string) ? "signature.any" : one.ParameterType.IsValueType ? Activator.CreateInstance(one.ParameterType) : null)]);
    }

    private sealed class Recorder(List<BerthEvent> raised) : IHostEvents
    {
        public void Raise(BerthEvent happened, PluginVersionId? plugin = null, string? userId = null) => raised.Add(happened);
    }

    private sealed class SteppedTime : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
