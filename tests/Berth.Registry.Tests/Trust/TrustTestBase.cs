using Berth.Data.Sessions;
using Berth.Registry.Trust;

namespace Berth.Registry.Tests.Trust;

/// <summary>People who decide on trust.</summary>
public abstract class TrustTestBase(DatabaseKind kind) : RegistryTestBase(kind)
{
    protected const string Cyd = "0000000000000000000000000000000c";

    protected static TrustActor Reviewer { get; } = new(Cyd, IsAdministrator: false, IsReviewer: true);

    protected static TrustActor Publisher1 { get; } = new(Ada, IsAdministrator: false, IsReviewer: false);

    protected Task<int> AddUserAsync(string id, string roles) => Database.WriteAsync(s => s.ExecuteAsync(
        "INSERT INTO users (id, username, username_folded, roles, created_at) VALUES (@id, @id, @id, @roles, 0)", new { id, roles }));

    protected Task<long> EventsAsync(string type) => Database.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM outbox WHERE type = @type", new { type }));

    protected Task<long> AuditsAsync(string action) => Database.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM audit WHERE action = @action", new { action }));
}
