using System.Text.Json.Nodes;
using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Operations;

/// <summary>Which version a request means, and every reason why it may be refused.</summary>
public sealed class InstallPlanningTests : IAsyncLifetime
{
    private TestWorld _world = null!;
    private OperationCaller _ada = null!;

    public async Task InitializeAsync()
    {
        _world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        _ada = await _world.AddUserAsync();
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData("Nothing")]
    [InlineData("../../etc")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("x\0y")]
    [InlineData("")]
    [InlineData("ＮＯＴＥＳ")]
    public async Task R02_what_is_no_known_slug_is_not_found(string slug) =>
        (await InstallAsync(slug)).ShouldBeRefused(RefusalKind.NotFound, "plugin.unknown");

    [Theory]
    [InlineData(null, "1.0.28")]
    [InlineData("1.0.9", "1.0.9")]
    [InlineData("v1.0.9", "1.0.9")]
    [InlineData("~1.0.0", "1.0.28")]
    [InlineData("<1.0.28", "1.0.9")]
    [InlineData("2.0.0-alpha", "2.0.0-alpha")]
    [InlineData("1.1.0", "1.1.0")]
    public async Task R22_R23_a_wish_finds_the_right_version(string? range, string version)
    {
        _world.Registry.Publish(await FrontendAsync("1.0.9"), await FrontendAsync("1.0.28"), await FrontendAsync("1.1.0"), await FrontendAsync("2.0.0-alpha"));
        _world.Registry.Change("Charts", "1.1.0", offer => offer with { IsYanked = true });

        (await InstallAsync("Charts", range)).ShouldBeDone().Version.ShouldBe(version);
    }

    [Theory]
    [InlineData("3.0.0", RefusalKind.NotFound, "version.unknown")]
    [InlineData("^3", RefusalKind.NotFound, "version.unknown")]
    [InlineData("not a version", RefusalKind.Unprocessable, "version.invalid")]
    [InlineData("vv1.0.0", RefusalKind.Unprocessable, "version.invalid")]
    [InlineData("1.0.0/../2.0.0", RefusalKind.Unprocessable, "version.invalid")]
    public async Task A_wish_that_nothing_fits_is_refused(string range, RefusalKind kind, string code)
    {
        _world.Registry.Publish(await FrontendAsync("1.0.0"));
        (await InstallAsync("Charts", range)).ShouldBeRefused(kind, code);
    }

    [Fact]
    public async Task All_reasons_are_given_at_once()
    {
        _world.Registry.Publish(
            await TestPackage.FrontendAsync("Other", "1.0.0"),
            await FrontendAsync("1.0.0", new JsonObject
            {
                ["engines"] = new JsonObject { ["berth"] = ">=9.0.0" },
                ["dependencies"] = new JsonObject { ["Base"] = "^1.0.0", ["Other"] = "^2.0.0" },
                ["conflicts"] = new JsonObject { ["Other"] = "*" },
                ["security"] = new JsonObject { ["capabilities"] = new JsonArray("process:spawn-child") },
            }));
        await _world.InstallAsync(_ada, "Other");

        var refused = (await _world.Operations.InstallAsync(_ada, new InstallRequest("Charts", Grant: ["process:spawn-child", "network:http-client"])))
            .ShouldBeRefused(RefusalKind.Unprocessable, "engine.unsupported");

        refused.Reasons.Select(reason => reason.Code).ShouldBe(
            ["engine.unsupported", "dependency.missing", "dependency.version", "conflict.installed", "capability.not_permitted", "capability.not_declared"]);
        (await _world.FindAsync(_ada, "Charts")).ShouldBeNull();
        _world.Registry.Fetches.ShouldBe(1);
    }

    [Fact]
    public async Task R28_a_dependency_that_is_installed_and_enabled_is_enough_and_one_that_is_not_is_named()
    {
        _world.Registry.Publish(await FrontendAsync("1.0.0", Needs("Base", "^1.0.0")));
        (await InstallAsync("Charts")).ShouldBeRefused(RefusalKind.Unprocessable, "dependency.missing").Message.ShouldContain("Charts 1.0.0 needs Base ^1.0.0");

        _world.Registry.Publish(await TestPackage.FrontendAsync("Base", "1.2.0"));
        await _world.InstallAsync(_ada, "Base");
        (await _world.Operations.SetEnabledAsync(_ada, new SetEnabledRequest("Base", false))).ShouldBeDone();
        (await InstallAsync("Charts")).ShouldBeRefused(RefusalKind.Unprocessable, "dependency.disabled");
        (await _world.Operations.SetEnabledAsync(_ada, new SetEnabledRequest("Base", true))).ShouldBeDone();
        (await InstallAsync("Charts")).ShouldBeDone();
    }

    [Fact]
    public async Task A_conflict_that_the_installed_plugin_declares_counts_too()
    {
        _world.Registry.Publish(
            await TestPackage.FrontendAsync("Jealous", "1.0.0", more: new JsonObject { ["conflicts"] = new JsonObject { ["Charts"] = "*" } }), await FrontendAsync("1.0.0"));
        await _world.InstallAsync(_ada, "Jealous");

        (await InstallAsync("Charts")).ShouldBeRefused(RefusalKind.Unprocessable, "conflict.installed");
    }

    [Theory]
    [InlineData("internal", "process:spawn-child", true)]
    [InlineData("verified", "process:access-env", true)]
    [InlineData("verified", "process:spawn-child", false)]
    [InlineData("community", "network:http-client", true)]
    [InlineData("community", "process:access-env", false)]
    [InlineData("untrusted", "filesystem:write-temp", true)]
    [InlineData("untrusted", "network:http-client", false)]
    public async Task A_trust_level_bounds_what_can_be_granted(string trust, string capability, bool isPermitted)
    {
        _world.Registry.Publish(await TestPackage.FrontendAsync(
            "Charts", "1.0.0", trust, more: new JsonObject { ["security"] = new JsonObject { ["capabilities"] = new JsonArray(capability) } }));

        var outcome = await _world.Operations.InstallAsync(_ada, new InstallRequest("Charts", Grant: [capability]));

        if (isPermitted)
        {
            outcome.ShouldBeDone();
            (await _world.FindAsync(_ada, "Charts"))!.Granted.ShouldBe([capability]);
        }
        else
        {
            outcome.ShouldBeRefused(RefusalKind.Unprocessable, "capability.not_permitted");
        }
    }

    [Fact]
    public async Task R53_trust_is_the_registrys_decision_and_quarantine_stops_everything()
    {
        _world.Registry.Publish(
            await TestPackage.FrontendAsync("Charts", "1.0.0", "quarantined", more: new JsonObject { ["security"] = new JsonObject { ["trustLevel"] = "internal" } }),
            await TestPackage.FixtureAsync("Echo", "1.0.0", "community"));

        (await InstallAsync("Charts")).ShouldBeRefused(RefusalKind.Unprocessable, "plugin.quarantined");
        // Where it runs follows from its trust, whatever its manifest says of that.
        (await InstallAsync("Echo")).ShouldBeDone();
        _world.Get<IInstancePool>().Snapshot().ShouldHaveSingleItem().Isolation.ShouldBe("process");
    }

    [Fact]
    public async Task With_the_registry_away_a_version_of_the_store_is_installed_and_another_one_is_not()
    {
        await Scenario.PublishAsync(_world.Registry);
        await _world.InstallAsync(await _world.AddUserAsync("bob"), "Charts", "1.0.0");
        _world.Registry.IsAway = true;

        (await InstallAsync("charts", "2.0.0")).ShouldBeRefused(RefusalKind.Unavailable, "registry.unavailable").RetryAfter.ShouldNotBeNull();
        (await InstallAsync("Echo")).ShouldBeRefused(RefusalKind.Unavailable, "registry.unavailable");
        (await InstallAsync("charts")).ShouldBeDone().Version.ShouldBe("1.0.0");
    }

    [Fact]
    public async Task A_registry_that_goes_away_in_the_middle_leaves_nothing()
    {
        await Scenario.PublishAsync(_world.Registry);
        _world.Registry.Send = bytes => new BrokenStream(bytes.AsMemory(0, bytes.Length / 2).ToArray());

        (await InstallAsync("Charts")).ShouldBeRefused(RefusalKind.Unavailable, "registry.unavailable");
        StateDump.Staging(_world).ShouldBe(0);
        (await _world.FindAsync(_ada, "Charts")).ShouldBeNull();
    }

    [Fact]
    public async Task R31_R32_a_locked_database_is_neither_a_404_nor_a_success()
    {
        await using var database = new TroubledDatabase(_world.Database);
        await using var services = TestWorld.Services(database, _world.Registry, new TestWitness(), _world.PluginsDirectory);
        var operations = (ILifecycleOperations)services.GetService(typeof(ILifecycleOperations))!;
        await Scenario.PublishAsync(_world.Registry);
        (await operations.InstallAsync(_ada, new InstallRequest("Charts", "1.0.0"))).ShouldBeDone();
        (await operations.InstallAsync(_ada, new InstallRequest("Echo", "1.0.0"))).ShouldBeDone();

        database.Trouble = DatabaseTrouble.Locked;

        (await operations.UninstallAsync(_ada, new UninstallRequest("Charts"))).ShouldHaveFailed("database.locked").RetryAfter.ShouldNotBeNull();
        (await operations.UninstallAsync(_ada, new UninstallRequest("Echo"))).ShouldHaveFailed("database.locked");
        (await operations.UpdateAsync(_ada, new UpdateRequest("Charts"))).ShouldHaveFailed("database.locked");
        database.Trouble = null;
        (await _world.FindAsync(_ada, "Charts")).ShouldNotBeNull();
        (await operations.UninstallAsync(_ada, new UninstallRequest("Charts"))).ShouldBeDone();
    }

    private static JsonObject Needs(string slug, string range) => new() { ["dependencies"] = new JsonObject { [slug] = range } };

    private static Task<TestPackage> FrontendAsync(string version, JsonObject? more = null) => TestPackage.FrontendAsync("Charts", version, more: more);

    private Task<OperationOutcome> InstallAsync(string slug, string? range = null) => _world.Operations.InstallAsync(_ada, new InstallRequest(slug, range));
}
