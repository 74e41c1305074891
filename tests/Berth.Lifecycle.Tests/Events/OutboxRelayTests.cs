using Berth.Data.Sessions;
using Berth.Events;
using Berth.Host;
using Berth.Host.Events;
using Berth.Lifecycle.Events;
using Berth.Lifecycle.Tests.World;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Lifecycle.Tests.Events;

public sealed class OutboxRelayTests
{
    [Fact]
    public async Task What_operations_write_reaches_the_readers_of_the_bus()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await using var relay = await StartAsync(world);
        using var reader = world.Get<IEventBus>().Subscribe("test", new BusFilter { IncludesStored = true, Types = ["berth.installation.*"] });
        await OutboxFeedTests.WriteAsync(world, "s", at: 1000, data: EventCatalogue.Write(new InstallationInstalled("o", "Notes", "1.0.0")));

        var happened = await ReadAsync(reader);
        happened.Data.ShouldBe(new InstallationInstalled("o", "Notes", "1.0.0"));
        (happened.UserId, happened.At, happened.Number).ShouldBe(("u1", DateTimeOffset.FromUnixTimeSeconds(1), 1));
    }

    [Fact]
    public async Task Data_that_nobody_can_read_hold_nothing_up()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        await using var relay = await StartAsync(world);
        using var reader = world.Get<IEventBus>().Subscribe("test", new BusFilter { IncludesStored = true, Types = ["berth.installation.*"] });
        await OutboxFeedTests.WriteAsync(world, "s", data: "[1");
        await OutboxFeedTests.WriteAsync(world, "s", data: EventCatalogue.Write(new InstallationInstalled("o", "Notes", "1.0.0")));
        (await ReadAsync(reader)).Data.ShouldBeOfType<InstallationInstalled>();
    }

    [Fact]
    public async Task What_this_host_raised_comes_once_and_of_other_nodes_only_what_plugins_publish()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var writer = world.Get<HostEventWriter>();
        await writer.StartAsync(default);
        await using var relay = await StartAsync(world);
        using var reader = world.Get<IEventBus>().Subscribe("test", new BusFilter { IncludesStored = true, Types = ["berth.plugin.*", "berth.instance.*", "berth.installation.*"] });
        world.Get<IHostEvents>().Raise(Published("here"), new PluginVersionId("Notes", "1.0.0"));
        await Eventually.BecomesAsync(async () => await world.CountAsync("SELECT COUNT(*) FROM outbox") == 1);
        await InsertAsync(world, new InstanceRetired("Notes", "1.0.0", "idle"));
        await InsertAsync(world, Published("there"));
        await OutboxFeedTests.WriteAsync(world, "s", data: EventCatalogue.Write(new InstallationInstalled("o", "Notes", "1.0.0")));

        BerthEvent[] read = [(await ReadAsync(reader)).Data, (await ReadAsync(reader)).Data, (await ReadAsync(reader)).Data];
        read.ShouldBe([Published("here"), Published("there"), new InstallationInstalled("o", "Notes", "1.0.0")]);
    }

    private static PluginEventPublished Published(string data) => new("Notes", "1.0.0", "written", $"\"{data}\"");

    private static Task<int> InsertAsync(TestWorld world, BerthEvent data) => world.Database.WriteAsync(session => session.ExecuteAsync(
        "INSERT INTO outbox (at, type, subject, user_id, data, raised_by) VALUES (0, @Type, 's', NULL, @Data, 'node-b/1')",
        new { EventCatalogue.DescriptionOf(data.GetType())!.Type, Data = EventCatalogue.Write(data) }));

    private static async Task<OutboxRelay> StartAsync(TestWorld world)
    {
        var relay = new OutboxRelay(world.Get<IEvents>(), world.Get<IEventBus>(), world.Get<HostEventWriter>(), TimeProvider.System, NullLogger<OutboxRelay>.Instance);
        await relay.StartAsync(default);
        // The feed begins with its first look; what is committed from then on is handed out.
        using var other = world.Get<IEvents>().Subscribe(new EventFilter());
        await other.Started;
        return relay;
    }

    private static async Task<HostEvent> ReadAsync(EventReader reader)
    {
        using var over = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        return await reader.Events.ReadAsync(over.Token);
    }
}
