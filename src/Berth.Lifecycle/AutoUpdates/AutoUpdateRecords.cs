using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Lifecycle.Operations.Rows;

namespace Berth.Lifecycle.AutoUpdates;

/// <summary>Writes down what became of an installation, and tells its user what is theirs to decide: once for a version and a reason.</summary>
internal sealed class AutoUpdateRecords(IDatabase database, TimeProvider time)
{
    public async Task WriteAsync(DueInstallation due, AutoUpdateVerdict verdict, CancellationToken cancellationToken)
    {
        var isKnown = due.State == verdict.State && due.Considered == verdict.Version && due.Code == verdict.Code;
        if (isKnown && verdict.State != AutoUpdateState.Failed)
            return;
        await database.WriteAsync(
            async session =>
            {
                var now = time.GetUtcNow().ToUnixTimeMilliseconds();
                if (await AutoUpdateRows.DecideAsync(session, due, verdict, now) && verdict is { State: AutoUpdateState.Withheld or AutoUpdateState.GivenUp, Version: not null, Code: not null, Reason: not null })
                    await TrailRows.InsertAsync(session, Trail(due, verdict.Version, verdict.Code, verdict.Reason, now));
                return true;
            },
            cancellationToken);
    }

    private static TrailRow Trail(DueInstallation due, string version, string code, string reason, long now) => new(
        DueInstallation.Actor, due.UserId, null, "plugin.auto_update", "berth.installation.auto_update_withheld", due.PluginId, "withheld",
        JsonSerializer.Serialize(new AutoUpdateTrail(due.PluginSlug, version, due.Version, code, reason), LifecycleJson.Default.AutoUpdateTrail), now);
}

/// <summary>What audit and events say of a version that is not taken by itself.</summary>
internal sealed record AutoUpdateTrail(string Slug, string Version, string FromVersion, string Code, string Message);
