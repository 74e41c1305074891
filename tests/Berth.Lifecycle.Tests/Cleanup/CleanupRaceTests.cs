using Berth.Data.Sessions;
using Berth.Lifecycle.Cleanup;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.World;
using Xunit.Abstractions;

namespace Berth.Lifecycle.Tests.Cleanup;

/// <summary>Operations of many users against cleanups without any retention: no installation ever ends without its files.</summary>
public sealed class CleanupRaceTests(ITestOutputHelper output)
{
    private const int Users = 3;
    private const int Rounds = 60;
    private const int Plugins = 5;

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task R14_installations_keep_their_files_however_cleanups_come_between(DatabaseKind kind)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        await using var world = await CleanupTests.WorldAsync(kind);
        for (var i = 0; i < Plugins; i++)
            world.Registry.Publish(await TestPackage.FrontendAsync($"Front{i}", "1.0.0"), await TestPackage.FrontendAsync($"Front{i}", "2.0.0"));
        var users = new List<OperationCaller>();
        for (var i = 0; i < Users; i++)
            users.Add(await world.AddUserAsync($"user{i}"));

        using var ended = new CancellationTokenSource();
        var cleanups = Task.Run(async () =>
        {
            var removed = 0;
            while (!ended.IsCancellationRequested)
            {
                removed += (await world.Get<ICleanup>().RunAsync(isDryRun: false)).Versions;
                await Task.Yield();
            }

            return removed;
        });
        var operations = users.Select((user, i) => Task.Run(() => OperateAsync(world, user, new Random(seed + i))));
        var failures = (await Task.WhenAll(operations)).SelectMany(failed => failed).ToList();
        await ended.CancelAsync();
        var removals = await cleanups;

        output.WriteLine($"{removals} removals; {failures.Count} failures: {string.Join("; ", failures.Distinct().Take(5))}");
        removals.ShouldBeGreaterThan(0);
        failures.ShouldAllBe(failure => failure.StartsWith("store.version_removed", StringComparison.Ordinal), $"seed {seed}");
        foreach (var user in users)
        {
            foreach (var plugin in (await world.Installations.OfUserAsync(user.UserId)).Plugins)
                await CleanupTests.SoundAsync(world, user, plugin.Slug);
        }

        await CleanupTests.RunAsync(world);
        StateDump.Staging(world).ShouldBe(0);
        var referenced = await world.CountAsync(
            "SELECT COUNT(*) FROM (SELECT plugin_slug, version FROM plugin UNION SELECT plugin_slug, previous_version FROM plugin WHERE previous_version IS NOT NULL) AS refs");
        world.Store.Ids().Count().ShouldBe((int)referenced);
        (await world.CountAsync("SELECT COUNT(*) FROM store_version")).ShouldBe(referenced);
    }

    private static async Task<IReadOnlyList<string>> OperateAsync(TestWorld world, OperationCaller user, Random random)
    {
        var failures = new List<string>();
        for (var round = 0; round < Rounds; round++)
        {
            var slug = random.Next(5) == 0 ? "Echo" : $"Front{random.Next(Plugins)}";
            var outcome = random.Next(6) switch
            {
                0 or 1 => await world.Operations.InstallAsync(user, new InstallRequest(slug, "1.0.0")),
                2 => await world.Operations.UpdateAsync(user, new UpdateRequest(slug)),
                3 => await world.Operations.RollbackAsync(user, new RollbackRequest(slug)),
                _ => await world.Operations.UninstallAsync(user, new UninstallRequest(slug, Purge: random.Next(2) == 0)),
            };
            if (outcome is OperationOutcome.Failed failed)
                failures.Add($"{failed.Code} at {failed.Step}: {failed.Message}");
        }

        return failures;
    }
}
