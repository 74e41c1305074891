using System.Text.Json.Nodes;
using Berth.Data.Sessions;
using Berth.Lifecycle.Events;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.Events;
using Berth.Lifecycle.Tests.World;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Lifecycle.Tests.Installations;

public sealed class InstallationFollowerTests
{
    private const string Capability = "network:http-client";

    [Fact]
    public async Task What_one_node_changes_is_seen_by_another_that_remembers_the_user()
    {
        await using var world = await WorldAsync();
        var (ada, bob) = (await world.AddUserAsync(), await world.AddUserAsync("bob"));
        foreach (var user in (OperationCaller[])[ada, bob])
            (await world.Operations.InstallAsync(user, new InstallRequest("Charts", "1.0.0", Grant: [Capability]))).ShouldBeDone();
        var there = new InstallationSnapshots(world.Database);
        await using var follower = await StartAsync(world, there);
        (await there.OfUserAsync(ada.UserId)).Plugins.Single().Granted.ShouldContain(Capability);

        (await world.Operations.ChangeGrantsAsync(ada, new ChangeGrantsRequest("Charts", [], [Capability]))).ShouldBeDone();

        await Eventually.BecomesAsync(async () => !(await there.OfUserAsync(ada.UserId)).Plugins.Single().Granted.Contains(Capability));
        // By now it has begun, and what it remembers of others stays.
        var ofBob = await there.OfUserAsync(bob.UserId);

        (await world.Operations.UninstallAsync(ada, new UninstallRequest("Charts"))).ShouldBeDone();

        await Eventually.BecomesAsync(async () => (await there.OfUserAsync(ada.UserId)).Plugins.Count == 0);
        (await there.OfUserAsync(bob.UserId)).ShouldBeSameAs(ofBob, "whom nothing happened to is not read anew");
    }

    [Fact]
    public async Task What_was_read_before_it_began_to_follow_is_read_anew()
    {
        await using var world = await WorldAsync();
        var ada = await world.AddUserAsync();
        var there = new InstallationSnapshots(world.Database);
        (await there.OfUserAsync(ada.UserId)).Plugins.ShouldBeEmpty();
        (await world.Operations.InstallAsync(ada, new InstallRequest("Charts", "1.0.0"))).ShouldBeDone();

        await using var follower = await StartAsync(world, there);

        await Eventually.BecomesAsync(async () => (await there.OfUserAsync(ada.UserId)).Plugins.Count == 1);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task It_follows_where_a_database_may_have_many_nodes(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var follower = world.Provider.GetServices<IHostedService>().OfType<InstallationFollower>().ShouldHaveSingleItem();
        await follower.StartAsync(default);
        using var events = world.Get<IEvents>().Subscribe(new EventFilter());
        await events.Started;
        var before = await world.Installations.OfUserAsync("u1");

        await OutboxFeedTests.WriteAsync(world, "s");

        await events.Live.ReadAsync();
        if (kind == DatabaseKind.PostgreSql)
            await Eventually.BecomesAsync(async () => !ReferenceEquals(await world.Installations.OfUserAsync("u1"), before));
        else
            (await world.Installations.OfUserAsync("u1")).ShouldBeSameAs(before, "one process knows what it does");
    }

    private static async Task<TestWorld> WorldAsync()
    {
        var world = await TestWorld.CreateAsync(DatabaseKind.PostgreSql);
        world.Registry.Publish(await TestPackage.FrontendAsync("Charts", "1.0.0", "community", more: new JsonObject
        {
            ["security"] = new JsonObject { ["capabilities"] = new JsonArray(Capability) },
        }));
        return world;
    }

    private static async Task<InstallationFollower> StartAsync(TestWorld world, InstallationSnapshots snapshots)
    {
        var follower = new InstallationFollower(world.Database, world.Get<IEvents>(), snapshots, TimeProvider.System, NullLogger<InstallationFollower>.Instance);
        await follower.StartAsync(default);
        // The feed begins with its first look; what is committed from then on is handed out.
        using var other = world.Get<IEvents>().Subscribe(new EventFilter());
        await other.Started;
        return follower;
    }
}
