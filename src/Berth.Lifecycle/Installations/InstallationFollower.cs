using Berth.Data.Sessions;
using Berth.Lifecycle.Events;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Installations;

/// <summary>
/// Forgets what is remembered of a user whose installations another node changed: a version, a switch, a setting, a grant that was
/// taken back. It follows the outbox, which each operation writes in its transaction, and so is about a second behind. What this
/// node changed is read once more, too. A SQLite file has one process, which knows what it does.
/// </summary>
internal sealed class InstallationFollower(IDatabase database, IEvents events, InstallationSnapshots snapshots, TimeProvider time, ILogger<InstallationFollower> logger)
    : OutboxService(events, new EventFilter(Types: ["berth.installation.*"]), time, logger)
{
    public override Task StartAsync(CancellationToken cancellationToken) =>
        database.Kind == DatabaseKind.Sqlite ? Task.CompletedTask : base.StartAsync(cancellationToken);

    protected override void Begin() => snapshots.ForgetAll();

    protected override void Take(PublishedEvent row)
    {
        if (row.UserId is { } user)
            snapshots.Forget(user);
    }
}
