using Berth.Data.Sessions;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Migration;

/// <summary>A run, and a rollback, that end at each of their steps as if the process were gone.</summary>
public sealed class InterruptedMigrationTests
{
    [Fact]
    public async Task R33_A_run_that_ends_at_any_step_and_is_resumed_ends_as_an_undisturbed_one()
    {
        var (steps, whole, report) = await UndisturbedAsync();
        for (var step = 1; step <= steps; step++)
        {
            await using var bed = await MigrationBed.CreateAsync(old: MigrationBed.Small);
            var at = await EndAtAsync(bed, step, bed.ApplyAsync);

            // After the last step the run is over, and the same command is a second run.
            var resumed = await bed.ApplyAsync();
            if (step < steps)
                MigrationText.Of(resumed).ShouldBe(report, $"after the end at step {step}, {at}");
            else
                resumed.NothingToDo.ShouldBeTrue();

            (await bed.DumpAsync()).ShouldBe(whole, $"after the end at step {step}, {at}");
            (await bed.VerifyAsync()).IsWhole.ShouldBeTrue($"after the end at step {step}, {at}");
        }
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task After_a_rollback_everything_is_as_before_the_run(DatabaseKind kind)
    {
        await using var bed = await MigrationBed.CreateAsync(kind);
        var before = await bed.DumpAsync();
        var report = await bed.ApplyAsync();

        var undone = await bed.RollBackAsync();

        undone.Kept.ShouldBeEmpty();
        undone.Installations.ShouldBe(report.Installations.Migrated);
        undone.Packages.ShouldBe(report.Packages.Made);
        undone.Users.ShouldBe(report.Users.Created);
        (await bed.DumpAsync()).ShouldBe(before);
        MigrationText.Of(await bed.ApplyAsync()).ShouldBe(MigrationText.Of(report), "a run after a rollback is the same run");
    }

    [Fact]
    public async Task A_rollback_that_ends_at_any_step_goes_on_and_ends_as_before_the_run()
    {
        string before;
        int steps;
        await using (var bed = await MigrationBed.CreateAsync(old: MigrationBed.Small))
        {
            before = await bed.DumpAsync();
            await bed.ApplyAsync();
            var reached = bed.World.Witness.Steps.Count;
            await bed.RollBackAsync();
            steps = bed.World.Witness.Steps.Count - reached;
        }

        steps.ShouldBeGreaterThan(6);
        for (var step = 1; step <= steps; step++)
        {
            await using var bed = await MigrationBed.CreateAsync(old: MigrationBed.Small);
            await bed.ApplyAsync();
            var at = await EndAtAsync(bed, step, bed.RollBackAsync);
            if (step < steps)
                await bed.RollBackAsync();
            (await bed.DumpAsync()).ShouldBe(before, $"after the end at step {step}, {at}");
        }
    }

    [Fact]
    public async Task A_run_that_was_interrupted_can_be_rolled_back()
    {
        var (steps, _, _) = await UndisturbedAsync();
        for (var step = 1; step <= steps; step += 5)
        {
            await using var bed = await MigrationBed.CreateAsync(old: MigrationBed.Small);
            var before = await bed.DumpAsync();
            var at = await EndAtAsync(bed, step, bed.ApplyAsync);
            (await bed.RollBackAsync()).Kept.ShouldBeEmpty();
            (await bed.DumpAsync()).ShouldBe(before, $"after the end at step {step}, {at}");
        }
    }

    [Fact]
    public async Task A_rollback_keeps_what_a_user_changed_since_and_says_so()
    {
        await using var bed = await MigrationBed.CreateAsync(old: MigrationBed.Small);
        await bed.ApplyAsync();
        await bed.World.Database.WriteAsync(session => session.ExecuteAsync("UPDATE plugin SET enabled = 0, updated_at = @now WHERE user_id = @Ben", new { OldWorlds.Ben, now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() }));

        var undone = await bed.RollBackAsync();

        undone.Kept.ShouldContain(kept => kept.StartsWith($"{OldWorlds.Ben}_Notes: changed"));
        undone.Kept.ShouldContain(kept => kept.StartsWith("Notes 1.0.5: somebody still has it"));
        undone.Installations.ShouldBe(2);
        (await bed.World.CountAsync("SELECT COUNT(*) FROM users")).ShouldBe(1);
        bed.World.Store.Find("Notes", "1.0.5").ShouldNotBeNull();
    }

    /// <summary>The steps of a run and of its rollback, at each of which these tests end it.</summary>
    internal static async Task<IReadOnlyList<string>> StepsAsync()
    {
        await using var bed = await MigrationBed.CreateAsync(old: MigrationBed.Small);
        await bed.ApplyAsync();
        await bed.RollBackAsync();
        return bed.World.Witness.Steps;
    }

    private static async Task<(int Steps, string Dump, string Report)> UndisturbedAsync()
    {
        await using var bed = await MigrationBed.CreateAsync(old: MigrationBed.Small);
        var report = MigrationText.Of(await bed.ApplyAsync());
        var steps = bed.World.Witness.Steps.Count;
        steps.ShouldBeGreaterThan(20);
        return (steps, await bed.DumpAsync(), report);
    }

    private static async Task<string> EndAtAsync<T>(MigrationBed bed, int step, Func<Task<T>> work)
    {
        var reached = 0;
        var name = "";
        bed.World.Witness.At = at =>
        {
            name = at;
            return ++reached == step ? throw new EndOfTheProcessException() : Task.CompletedTask;
        };
        await Should.ThrowAsync<EndOfTheProcessException>(work);
        bed.World.Witness.At = _ => Task.CompletedTask;
        await bed.World.RestartAsync();
        return name;
    }
}
