using Berth.Data.Sessions;
using Berth.Registry.Versions;

namespace Berth.Registry.Publishers;

/// <summary>One change of a publisher: found, asked whether the caller may, then done in one transaction, or in a dry run asked alone.</summary>
internal sealed class PublisherChange(IDatabase database, TimeProvider time)
{
    public long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    public Task<PublisherOutcome> RunAsync(bool isDryRun, Func<DbSession, Task<PublisherOutcome>> workAsync, CancellationToken cancellationToken) =>
        isDryRun ? database.ReadAsync(workAsync, cancellationToken) : database.WriteAsync(workAsync, cancellationToken);

    /// <summary>The same on a publisher that the caller has a role in.</summary>
    public Task<PublisherOutcome> RunAsync(
        RegistryActor actor, string name, string role, bool isDryRun, Func<DbSession, PublisherRecord, Task<PublisherOutcome>> workAsync, CancellationToken cancellationToken) =>
        RunAsync(isDryRun, async session =>
        {
            if (await PublisherRows.FindAsync(session, name, Now) is not { } publisher)
                return PublisherOutcome.NoPublisher(name);
            return await PublisherRows.MayAsync(session, actor, publisher.Id, role)
                ? await workAsync(session, publisher)
                : new PublisherOutcome.NotPermitted(publisher.Name, role);
        }, cancellationToken);
}
