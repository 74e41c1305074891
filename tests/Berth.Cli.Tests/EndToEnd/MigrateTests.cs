using System.Text.Json;
using Berth.Cli.Demo;
using Berth.Lifecycle.Tests.Migration;

namespace Berth.Cli.Tests.EndToEnd;

/// <summary><c>berth migrate</c> with the real executables, from an old system on disk into a data folder.</summary>
public sealed class MigrateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new("berth-cli-migrate-");
    private readonly OldWorldBuilder _old;

    public MigrateTests() => _old = OldWorlds.EveryCase(Directory.CreateDirectory(Path.Combine(_folder.Path, "old")).FullName).Write();

    private string Data => Path.Combine(_folder.Path, "data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task R33_An_old_system_is_looked_at_migrated_compared_and_rolled_back()
    {
        var before = TreeListing.Of(_old.Plugins);
        var planned = await RunAsync(0, "--dry-run", "--json");
        Directory.Exists(Data).ShouldBeFalse("a dry run writes nothing");
        planned.GetProperty("state").GetString().ShouldBe("planned");

        var applied = await RunAsync(0, "--json", "--backup", Path.Combine(_folder.Path, "backup"));
        applied.GetProperty("state").GetString().ShouldBe("verified");
        applied.GetProperty("report").GetRawText().ShouldBe(planned.GetProperty("report").GetRawText());
        applied.GetProperty("verification").GetProperty("differences").GetArrayLength().ShouldBe(0);
        applied.GetProperty("verification").GetProperty("files_served").GetInt64().ShouldBeGreaterThan(30);
        File.Exists(Path.Combine(Data, "migration-report.json")).ShouldBeTrue();
        File.Exists(Path.Combine(_folder.Path, "backup", "berth.db")).ShouldBeTrue();

        (await RunAsync(0, "--json")).GetProperty("state").GetString().ShouldBe("nothing_to_do");
        (await RunAsync(0, "--json", "--verify")).GetProperty("state").GetString().ShouldBe("verified");

        StoredFile.Spoil(Data, "Notes", "1.0.5");
        var different = await RunAsync(1, "--json", "--verify");
        different.GetProperty("state").GetString().ShouldBe("different");
        different.GetProperty("verification").GetProperty("freeable_bytes").GetInt64().ShouldBe(0);

        var undone = await RunAsync(0, "--json", "--rollback");
        undone.GetProperty("rollback").GetProperty("installations").GetInt64().ShouldBe(applied.GetProperty("report").GetProperty("installations").GetProperty("migrated").GetInt64());
        undone.GetProperty("rollback").GetProperty("kept").GetArrayLength().ShouldBe(0);
        TreeListing.Of(_old.Plugins).ShouldBe(before);
    }

    [Fact]
    public async Task People_read_figures_and_what_to_do_next()
    {
        await using var berth = Start("--dry-run");
        await berth.LineAsync("users\t");
        await berth.LineAsync("installations\t");
        await berth.LineAsync("truncated\t");
        (await berth.ExitCodeAsync()).ShouldBe(0, berth.Errors);
        berth.Errors.ShouldContain("Nothing was changed.");
    }

    [Fact]
    public async Task A_failure_has_its_code_and_its_exit_code()
    {
        await using var berth = new BerthProcess(Environment, "migrate", "--rollback");
        (await berth.ExitCodeAsync()).ShouldBe(3, berth.Errors);
        berth.Errors.ShouldContain("migration.no_run");
    }

    [Fact]
    public async Task A_migration_that_is_killed_goes_on_with_the_same_command()
    {
        await using (var killed = Start("--json", "--no-verify"))
        {
            await killed.LineAsync("""{"type":"progress","schemaVersion":1,"phase":"packages","done":1""");
            await killed.SignalAsync("KILL");
            await killed.ExitCodeAsync();
        }

        var resumed = await RunAsync(0, "--json");
        resumed.GetProperty("state").GetString().ShouldBeOneOf("verified", "nothing_to_do");
        resumed.GetProperty("verification").GetProperty("differences").GetArrayLength().ShouldBe(0);
    }

    private Dictionary<string, string> Environment => new() { ["BERTH_DATA_DIR"] = Data, ["BERTH_ADMIN_TOKEN"] = "berth_pat_for_this_test" };

    private BerthProcess Start(params string[] arguments) =>
        new(Environment, ["migrate", "--from", _old.Plugins, "--database", _old.Database, .. arguments]);

    private async Task<JsonElement> RunAsync(int exit, params string[] arguments)
    {
        await using var berth = Start(arguments);
        var line = await berth.LineAsync("""{"type":"result",""");
        (await berth.ExitCodeAsync()).ShouldBe(exit, berth.Errors);
        return JsonDocument.Parse(line).RootElement.Clone();
    }
}
