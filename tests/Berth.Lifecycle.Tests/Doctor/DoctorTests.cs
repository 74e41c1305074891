using Berth.Data.Sessions;
using Berth.Lifecycle.Doctor;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Store.Codings;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Doctor;

public sealed class DoctorTests
{
    // A loaded machine may hold an operation between two of its steps for longer than a few looks take.
    private const int Patience = 200;

    public static TheoryData<string, DatabaseKind> Cases
    {
        get
        {
            var cases = new TheoryData<string, DatabaseKind>();
            foreach (var breakage in Breakage.All)
            {
                cases.Add(breakage.Name, DatabaseKind.Sqlite);
                if (breakage.Code.Contains("generation", StringComparison.Ordinal) || breakage.Code.Contains("modules", StringComparison.Ordinal) || breakage.Code.Contains("record_differs", StringComparison.Ordinal))
                    cases.Add(breakage.Name, DatabaseKind.PostgreSql);
            }

            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task What_is_broken_is_found_repaired_and_not_found_again(string name, DatabaseKind kind)
    {
        var breakage = Breakage.All.Single(one => one.Name == name);
        var (world, ada) = await Breakage.WorldAsync(kind);
        await using var _ = world;
        await breakage.Break(world, ada);
        await world.RestartAsync();

        var found = await ExamineAsync(world);
        found.Findings.Select(finding => finding.Code).ShouldContain(breakage.Code, string.Join("; ", found.Findings));
        found.Findings.ShouldAllBe(finding => !finding.IsFixed && finding.Explanation.Length > 0 && finding.Remedy.Length > 0);
        found.Ended.Remaining.ShouldBeGreaterThan(0);
        var repaired = await ExamineAsync(world, fix: true);
        repaired.Findings.ShouldAllBe(finding => finding.IsFixed && finding.Done != null, string.Join("; ", repaired.Findings));
        repaired.Ended.Remaining.ShouldBe(0);
        (await ExamineAsync(world)).Findings.ShouldBeEmpty();
        if (!name.Contains("documents", StringComparison.Ordinal))
        {
            (await world.ReadAsync(ada, "Charts", "mine")).ShouldBe("7");
            (await world.Operations.RollbackAsync(ada, new RollbackRequest("Charts"))).ShouldBeDone();
        }
    }

    [Fact]
    public async Task A_compression_library_that_is_not_there_is_a_note_and_nothing_is_broken()
    {
        var (world, _) = await Breakage.WorldAsync(DatabaseKind.Sqlite);
        await using var owned = world;
        world.Libraries = new CodingLibraries(["libnothing.so.7"], ["libneither.so.1"]);
        await world.RestartAsync();

        var found = await ExamineAsync(world);

        found.All.Select(finding => (finding.Code, finding.Severity, finding.Subject))
            .ShouldBe([("doctor.library_missing", FindingSeverity.Note, "libnothing.so.7"), ("doctor.library_missing", FindingSeverity.Note, "libneither.so.1")]);
        found.Ended.Remaining.ShouldBe(0);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_healthy_world_finds_nothing_alone_or_beside_a_server(DatabaseKind kind)
    {
        var (world, _) = await Breakage.WorldAsync(kind);
        await using var owned = world;
        (await ExamineAsync(world)).All.ShouldBeEmpty();
        (await ExamineAsync(world, isAlone: true)).All.ShouldBeEmpty();
        (await ExamineAsync(world, fix: true)).All.ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task A_busy_server_has_no_false_findings(DatabaseKind kind)
    {
        var (world, _) = await Breakage.WorldAsync(kind);
        await using var owned = world;
        var users = new List<OperationCaller>();
        for (var i = 0; i < 4; i++)
            users.Add(await world.AddUserAsync($"busy{i}"));
        using var ended = new CancellationTokenSource();
        var seed = Environment.TickCount;
        var busy = users.Select((user, i) => Task.Run(async () =>
        {
            var random = new Random(seed + i);
            while (!ended.IsCancellationRequested)
            {
                var slug = random.Next(3) == 0 ? "Echo" : "Charts";
                _ = random.Next(4) switch
                {
                    0 => await world.Operations.InstallAsync(user, new InstallRequest(slug, "1.0.0")),
                    1 => await world.Operations.UpdateAsync(user, new UpdateRequest(slug)),
                    2 => await world.Operations.RollbackAsync(user, new RollbackRequest(slug)),
                    _ => await world.Operations.UninstallAsync(user, new UninstallRequest(slug)),
                };
            }
        })).ToList();

        var found = new List<Finding>();
        for (var round = 0; round < 5; round++)
            found.AddRange((await ExamineAsync(world, looks: Patience)).Findings);
        await ended.CancelAsync();
        await Task.WhenAll(busy);

        found.ShouldBeEmpty($"seed {seed}");
        (await ExamineAsync(world)).All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Orphaned_rows_of_a_database_without_foreign_keys_are_found_and_deleted_R19()
    {
        var (world, ada) = await Breakage.WorldAsync(DatabaseKind.Sqlite);
        await using var _ = world;
        await world.CloseDatabaseAsync(connection =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"PRAGMA foreign_keys = OFF; INSERT INTO module (id, plugin_id, user_id, name, display_name, created_at, updated_at) VALUES ('o', 'gone', '{ada.UserId}', 'o', 'o', 1, 1)";
            command.ExecuteNonQuery();
        });

        (await ExamineAsync(world)).Findings.Select(finding => finding.Code).ShouldBe(["doctor.row_orphaned"]);
        (await ExamineAsync(world, fix: true)).Ended.Remaining.ShouldBe(0);
        (await ExamineAsync(world)).All.ShouldBeEmpty();
    }

    internal static async Task<Examined> ExamineAsync(TestWorld world, bool fix = false, bool isAlone = false, int? looks = null)
    {
        var all = new List<Finding>();
        DoctorEvent.Ended? end = null;
        var request = new DoctorRequest(fix, isAlone);
        await foreach (var one in world.Get<IDoctor>().ExamineAsync(looks is { } most ? request with { MostLooks = most } : request))
        {
            if (one is DoctorEvent.Found found)
                all.Add(found.Finding);
            end = one as DoctorEvent.Ended ?? end;
        }

        return new Examined(all, [.. all.Where(finding => finding.Severity != FindingSeverity.Note)], end.ShouldNotBeNull());
    }

    internal sealed record Examined(IReadOnlyList<Finding> All, IReadOnlyList<Finding> Findings, DoctorEvent.Ended Ended);
}
