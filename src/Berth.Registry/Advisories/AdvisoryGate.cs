using Berth.Data.Sessions;

namespace Berth.Registry.Advisories;

/// <summary>
/// Keeps an import of advisories and the writing of what a version brings along apart: each looks for what the other has written,
/// and two that overlap would both find nothing. SQLite has one writer anyway.
/// </summary>
internal static class AdvisoryGate
{
    // Any number that nothing else here locks by.
    private const long Key = 0x42_45_52_54_48_4F_53_56;

    /// <summary>For who writes a version; any number at once. To be called first in its transaction, or who waits here would hold what an import waits for.</summary>
    public static Task UseAsync(DbSession session) => LockAsync(session, "pg_advisory_xact_lock_shared");

    /// <summary>For an import; alone. To be called first in its transaction.</summary>
    public static Task ChangeAsync(DbSession session) => LockAsync(session, "pg_advisory_xact_lock");

    private static Task LockAsync(DbSession session, string function) =>
        session.Kind == DatabaseKind.PostgreSql ? session.ExecuteAsync($"SELECT {function}(@Key)", new { Key }) : Task.CompletedTask;
}
