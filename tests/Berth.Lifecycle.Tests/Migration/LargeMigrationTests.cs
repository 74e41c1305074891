namespace Berth.Lifecycle.Tests.Migration;

public sealed class LargeMigrationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(20261120)]
    public async Task R33_Many_users_keep_their_bytes_and_settings_and_the_space_of_equal_copies_is_saved(int seed)
    {
        await using var bed = await MigrationBed.CreateAsync(old: root => OldWorlds.Large(root, seed, users: 40, padding: 2_000));
        var predicted = await bed.PlanAsync();
        var report = await bed.ApplyAsync();
        var verification = await bed.VerifyAsync();

        MigrationText.Of(report).ShouldBe(MigrationText.Of(predicted), $"seed {seed}");
        verification.Differences.ShouldBeEmpty($"seed {seed}");
        verification.Installations.ShouldBe(report.Installations.Migrated);
        report.Installations.Migrated.ShouldBeGreaterThan(200);
        ((long)report.Packages.Items.Count).ShouldBeLessThan(report.Installations.Migrated);
        report.Packages.Items.Count(package => package.Truncated).ShouldBeGreaterThan(0);
    }
}
