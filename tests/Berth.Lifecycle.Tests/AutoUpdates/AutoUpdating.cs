using Berth.Lifecycle.AutoUpdates;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.World;
using Berth.Lifecycle.Trust;

namespace Berth.Lifecycle.Tests.AutoUpdates;

/// <summary>What tests of automatic updates do and look at.</summary>
internal static class AutoUpdating
{
    public static async Task OptInAsync(this TestWorld world, OperationCaller caller, string slug, string? channel = null) =>
        (await world.Operations.SetPolicyAsync(caller, new SetPolicyRequest(slug, Channel: channel, AutoUpdate: true))).ShouldBeDone();

    /// <summary>A user who has the version and lets it be updated.</summary>
    public static async Task<OperationCaller> UserWithAsync(this TestWorld world, string slug, string version, params string[] grant)
    {
        var user = await world.AddUserAsync($"user-{Guid.NewGuid():n}");
        (await world.Operations.InstallAsync(user, new InstallRequest(slug, version, grant))).ShouldBeDone();
        await world.OptInAsync(user, slug);
        return user;
    }

    /// <summary>A round, as if an interval had gone by since the last one.</summary>
    public static async Task RoundAsync(this TestWorld world)
    {
        await world.PassAsync(TimeSpan.FromHours(1));
        await world.Get<AutoUpdateRound>().RunAsync(CancellationToken.None);
    }

    /// <summary>Lets time pass for what waits: all that was noted lies so much longer ago.</summary>
    public static Task PassAsync(this TestWorld world, TimeSpan time) => world.Database.WriteAsync(async session =>
    {
        var by = (long)time.TotalMilliseconds;
        await session.ExecuteAsync("UPDATE auto_update_turn SET checked_at = checked_at - @by", new { by });
        return await session.ExecuteAsync("UPDATE auto_update SET next_at = next_at - @by", new { by });
    });

    public static async Task<AutoUpdateEntry> EntryAsync(this TestWorld world, OperationCaller caller, string slug) =>
        (await world.Get<IAutoUpdates>().FindAsync((await world.FindAsync(caller, slug)).ShouldNotBeNull())).ShouldNotBeNull();

    public static async Task<string> VersionAsync(this TestWorld world, OperationCaller caller, string slug) => (await world.FindAsync(caller, slug)).ShouldNotBeNull().Version;

    /// <summary>It is withheld for this reason, the old version is in force, and the user was told so many times.</summary>
    public static async Task<string> ShouldBeWithheldAsync(this TestWorld world, OperationCaller caller, string slug, string version, string code)
    {
        var entry = await world.EntryAsync(caller, slug);
        (entry.State, entry.Version, entry.Code).ShouldBe((AutoUpdateState.Withheld, version, code), entry.Reason);
        (await world.VersionAsync(caller, slug)).ShouldNotBe(version);
        (await world.CountAsync("SELECT COUNT(*) FROM operation WHERE kind = 'update' AND user_id = @UserId", new { caller.UserId })).ShouldBe(0, "nothing was begun");
        (await world.ToldAsync(caller, version)).ShouldBe(1);
        return entry.Reason.ShouldNotBeNull();
    }

    public static Task<long> ToldAsync(this TestWorld world, OperationCaller caller, string version) => world.CountAsync(
        "SELECT COUNT(*) FROM outbox WHERE type = 'berth.installation.auto_update_withheld' AND user_id = @UserId AND data LIKE @version",
        new { caller.UserId, version = $"%\"version\":\"{version}\"%" });

    public static void Learn(this TestWorld world, string statement) => world.Get<RegistryTrust>().Learn(TrustKnowledge.Read(statement));
}
