using System.Text.Json.Nodes;
using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Operations;

/// <summary>What a user grants can be changed without another install, within what an install would let them grant.</summary>
public sealed class ChangeGrantsTests
{
    private const string Net = "network:http-client";
    private const string Temp = "filesystem:write-temp";
    private const string Spawn = "process:spawn-child";

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_was_declined_at_the_install_is_granted_and_taken_back_and_nobody_else_notices(DatabaseKind kind)
    {
        await using var world = await WorldAsync(kind);
        var (ada, bob) = (await InstalledAsync(world, "ada"), await InstalledAsync(world, "bob"));

        var done = (await ChangeAsync(world, ada, grant: [Net, Temp])).ShouldBeDone();

        done.Granted.ShouldBe([Temp, Net]);
        done.Revoked.ShouldBe([]);
        (await GrantedAsync(world, ada)).ShouldBe([Temp, Net]);
        (await GrantedAsync(world, bob)).ShouldBe([]);

        (await ChangeAsync(world, ada, revoke: [Net])).ShouldBeDone().Revoked.ShouldBe([Net]);
        (await GrantedAsync(world, ada)).ShouldBe([Temp]);
        await world.RestartAsync();
        (await GrantedAsync(world, ada)).ShouldBe([Temp], "it is in the database");
    }

    [Fact]
    public async Task The_next_call_of_the_user_carries_it()
    {
        await using var world = await WorldAsync();
        var ada = await InstalledAsync(world, "ada");

        (await ChangeAsync(world, ada, grant: [Net])).ShouldBeDone();
        world.Scopes.Open((await world.FindAsync(ada, "Charts"))!, ada).GrantedCapabilities.ShouldBe([Net]);

        (await ChangeAsync(world, ada, revoke: [Net])).ShouldBeDone();
        world.Scopes.Open((await world.FindAsync(ada, "Charts"))!, ada).GrantedCapabilities.ShouldBeEmpty();
    }

    [Fact]
    public async Task Journal_audit_and_event_name_what_was_granted_and_what_was_taken_back()
    {
        await using var world = await WorldAsync();
        var ada = await InstalledAsync(world, "ada", Temp);

        (await ChangeAsync(world, ada, grant: [Net], revoke: [Temp])).ShouldBeDone();

        const string Told = $"%\"granted\":[\"{Net}\"],\"revoked\":[\"{Temp}\"]%";
        (await world.CountAsync("SELECT COUNT(*) FROM audit WHERE action = 'plugin.grants' AND outcome = 'succeeded' AND detail LIKE @Told", new { Told })).ShouldBe(1);
        (await world.CountAsync("SELECT COUNT(*) FROM outbox WHERE type = 'berth.installation.grants_changed' AND data LIKE @Told", new { Told })).ShouldBe(1);
        (await world.CountAsync("SELECT COUNT(*) FROM operation WHERE kind = 'grants' AND state = 'succeeded' AND result LIKE @Told", new { Told })).ShouldBe(1);
    }

    [Fact]
    public async Task What_an_install_would_refuse_is_refused_with_all_reasons_and_changes_nothing()
    {
        await using var world = await WorldAsync();
        var ada = await InstalledAsync(world, "ada", Temp);

        var refused = (await ChangeAsync(world, ada, grant: [Net, Spawn, "network:websocket"], revoke: [Temp, "network:htp-client"]))
            .ShouldBeRefused(RefusalKind.Unprocessable, "capability.not_permitted");

        refused.Reasons.Select(reason => reason.Code).ShouldBe(["capability.not_permitted", "capability.not_declared", "capability.not_declared"]);
        refused.Message.ShouldContain("--grant");
        (await GrantedAsync(world, ada)).ShouldBe([Temp]);
        (await ChangeAsync(world, await world.AddUserAsync("cyd"), grant: [Net])).ShouldBeRefused(RefusalKind.NotFound, "plugin.not_installed");
    }

    [Fact]
    public async Task What_is_so_already_and_a_dry_run_change_nothing()
    {
        await using var world = await WorldAsync();
        var ada = await InstalledAsync(world, "ada", Net);
        var before = await world.FindAsync(ada, "Charts");

        (await ChangeAsync(world, ada, grant: [Net], revoke: [Temp])).ShouldBeDone().Notes.ShouldContain("This was so already; nothing changed.");
        var plan = (await world.Operations.ChangeGrantsAsync(ada, new ChangeGrantsRequest("Charts", [Temp], [Net], IsDryRun: true)))
            .ShouldBeOfType<OperationOutcome.Planned>().Plan;

        (plan.Kind, plan.Version).ShouldBe(("grants", "1.0.0"));
        plan.Capabilities.Select(one => (one.Capability.Name, one.IsGranted, one.IsPermitted)).ShouldBe([(Net, false, true), (Temp, true, true), (Spawn, false, false)]);
        (await world.FindAsync(ada, "Charts")).ShouldBe(before);
        (await world.CountAsync("SELECT COUNT(*) FROM audit WHERE action = 'plugin.grants'")).ShouldBe(0);
    }

    [Fact]
    public async Task A_grant_can_be_taken_back_when_the_files_are_gone_and_nothing_new_is_granted_then()
    {
        await using var world = await WorldAsync();
        var ada = await InstalledAsync(world, "ada", Net);
        FolderTree.Delete(world.Store.Paths.Version(new PluginVersionId("Charts", "1.0.0")));
        await world.RestartAsync();

        (await ChangeAsync(world, ada, grant: [Temp])).ShouldBeRefused(RefusalKind.Conflict, "plugin.files_missing");
        (await ChangeAsync(world, ada, revoke: [Net])).ShouldBeDone();

        (await GrantedAsync(world, ada)).ShouldBe([]);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_another_node_took_back_meanwhile_is_neither_granted_again_nor_brought_back_by_an_update(DatabaseKind kind)
    {
        await using var world = await WorldAsync(kind);
        var ada = await InstalledAsync(world, "ada", Net);
        await world.FindAsync(ada, "Charts");
        await world.Database.WriteAsync(session => session.ExecuteAsync("UPDATE plugin SET granted = '[]'"));

        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Charts"))).ShouldBeRefused(RefusalKind.Conflict, "operation.conflict");
        (await GrantedAsync(world, ada)).ShouldBe([], "a conflict makes this node look again");
        await world.Database.WriteAsync(session => session.ExecuteAsync($"UPDATE plugin SET granted = '[\"{Net}\"]'"));
        (await ChangeAsync(world, ada, grant: [Temp])).ShouldBeRefused(RefusalKind.Conflict, "operation.conflict");

        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Charts"))).ShouldBeDone();
        (await GrantedAsync(world, ada)).ShouldBe([Net]);
    }

    [Fact]
    public async Task An_update_keeps_what_was_granted_afterwards()
    {
        await using var world = await WorldAsync();
        var ada = await InstalledAsync(world, "ada");
        (await ChangeAsync(world, ada, grant: [Temp])).ShouldBeDone();

        (await world.Operations.UpdateAsync(ada, new UpdateRequest("Charts"))).ShouldBeDone().Version.ShouldBe("1.1.0");

        (await GrantedAsync(world, ada)).ShouldBe([Temp]);
    }

    private static async Task<TestWorld> WorldAsync(DatabaseKind kind = DatabaseKind.Sqlite)
    {
        var world = await TestWorld.CreateAsync(kind);
        foreach (var version in (string[])["1.0.0", "1.1.0"])
        {
            world.Registry.Publish(await TestPackage.FrontendAsync("Charts", version, "community", more: new JsonObject
            {
                ["security"] = new JsonObject { ["capabilities"] = new JsonArray(Net, Temp, Spawn) },
            }));
        }

        return world;
    }

    private static async Task<OperationCaller> InstalledAsync(TestWorld world, string name, params string[] granted)
    {
        var user = await world.AddUserAsync(name);
        (await world.Operations.InstallAsync(user, new InstallRequest("Charts", "1.0.0", granted))).ShouldBeDone();
        return user;
    }

    private static Task<OperationOutcome> ChangeAsync(TestWorld world, OperationCaller user, string[]? grant = null, string[]? revoke = null) =>
        world.Operations.ChangeGrantsAsync(user, new ChangeGrantsRequest("Charts", grant ?? [], revoke ?? []));

    private static async Task<IReadOnlyList<string>> GrantedAsync(TestWorld world, OperationCaller user) =>
        [.. (await world.FindAsync(user, "Charts"))!.Granted.Order(StringComparer.Ordinal)];
}
