using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.Operations;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.UserData;

public sealed class UserDocumentsTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Documents_are_written_replaced_listed_and_removed(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var data = (await ScopeAsync(world)).Data;

        foreach (var key in new[] { "b", "a/2", "a/10", "A", "ä", "a%", "a_" })
            await data.SetJsonAsync(key, "1");
        await data.SetJsonAsync("b", """{"new":true}""");

        (await data.GetJsonAsync("b")).ShouldBe("""{"new":true}""");
        (await data.GetJsonAsync("none")).ShouldBeNull();
        (await data.ListJsonAsync()).Select(document => document.Key).ShouldBe(["A", "a%", "a/10", "a/2", "a_", "b", "ä"]);
        (await data.ListJsonAsync("a/")).Select(document => document.Key).ShouldBe(["a/10", "a/2"]);
        (await data.ListJsonAsync("a%")).Select(document => document.Key).ShouldBe(["a%"]);
        (await data.RemoveAsync("b")).ShouldBeTrue();
        (await data.RemoveAsync("b")).ShouldBeFalse();
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task R10_users_do_not_see_each_others_documents(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var ada = await ScopeAsync(world);
        var bob = await ScopeAsync(world);

        await ada.Data.SetJsonAsync("mine", "1");

        (await bob.Data.GetJsonAsync("mine")).ShouldBeNull();
        (await bob.Data.ListJsonAsync()).ShouldBeEmpty();
        (await bob.Data.RemoveAsync("mine")).ShouldBeFalse();
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task The_bounds_of_keys_and_documents_hold(DatabaseKind kind)
    {
        await using var world = await TestWorld.CreateAsync(kind);
        var data = (await ScopeAsync(world)).Data;

        await data.SetJsonAsync(new string('k', 256), "\"" + new string('x', (1024 * 1024) - 2) + "\"");
        foreach (var key in new[] { "", new string('k', 257), "a\0b", "\ud800" })
            await Should.ThrowAsync<ArgumentException>(() => data.SetJsonAsync(key, "1"));
        foreach (var json in new[] { "", "{", "nope", "1 2", "{\"a\":1,}", "\"\ud800\"", "\"" + new string('x', 1024 * 1024) + "\"" })
            await Should.ThrowAsync<ArgumentException>(() => data.SetJsonAsync("key", json));
        (await data.ListJsonAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task After_an_uninstall_a_request_that_still_runs_cannot_write()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        var ada = await UpdateTests.InstalledAsync(world, "Charts", "1.0.0");
        var scope = world.Scopes.Open((await world.FindAsync(ada, "Charts"))!, ada);
        (await world.Operations.UninstallAsync(ada, new UninstallRequest("Charts", Purge: true))).ShouldBeDone();

        (await Should.ThrowAsync<InvalidOperationException>(() => scope.Data.SetJsonAsync("late", "1"))).Message.ShouldContain("Repeat the request");
    }

    [Fact]
    public async Task Settings_have_the_manifests_defaults_filled_in()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        world.Registry.Publish(await TestPackage.FrontendAsync("Charts", "1.0.0", more: (System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse(
            """{"config":{"type":"object","properties":{"color":{"type":"string","default":"red"},"size":{"type":"integer"},"inner":{"type":"object","properties":{"on":{"type":"boolean","default":true}}}}}}""")!));
        var ada = await world.AddUserAsync();
        await world.InstallAsync(ada, "Charts");
        var plugin = (await world.FindAsync(ada, "Charts"))!;

        world.Scopes.Open(plugin, ada).SettingsJson.ShouldBe("""{"color":"red","inner":{"on":true}}""");
        world.Scopes.Open(plugin with { ConfigJson = """{"color":"blue","size":3,"inner":{"on":false}}""" }, ada).SettingsJson
            .ShouldBe("""{"color":"blue","size":3,"inner":{"on":false}}""");
    }

    private static async Task<Berth.Host.IUserScope> ScopeAsync(TestWorld world)
    {
        var user = await UpdateTests.InstalledAsync(world, "Charts", "1.0.0");
        return world.Scopes.Open((await world.FindAsync(user, "Charts"))!, user);
    }
}
