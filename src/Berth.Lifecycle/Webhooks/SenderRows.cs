using Berth.Data.Sessions;

namespace Berth.Lifecycle.Webhooks;

/// <summary>The one row of <c>webhook_sender</c>: who sends, and up to where events have become deliveries.</summary>
internal static class SenderRows
{
    /// <summary>Takes or renews the lease. Answers up to where events were taken, or <see langword="null"/> while another node sends.</summary>
    public static async Task<long?> TryHoldAsync(DbSession session, string holder, long now, long until) =>
        await session.ExecuteAsync(
            "UPDATE webhook_sender SET holder = @holder, lease_until = @until WHERE holder = @holder OR lease_until < @now", new { holder, now, until }) == 1
            ? await session.ScalarAsync<long>("SELECT seq FROM webhook_sender")
            : null;

    public static async Task<bool> IsFreeAsync(DbSession session, string holder, long now) =>
        await session.ScalarAsync<long>("SELECT COUNT(*) FROM webhook_sender WHERE holder = @holder OR lease_until < @now", new { holder, now }) > 0;

    public static Task ReleaseAsync(DbSession session, string holder) =>
        session.ExecuteAsync("UPDATE webhook_sender SET lease_until = 0 WHERE holder = @holder", new { holder });

    /// <summary>Moves on. Answers whether the lease still stands and nobody else has moved.</summary>
    public static async Task<bool> TryMoveAsync(DbSession session, string holder, long from, long to) =>
        await session.ExecuteAsync("UPDATE webhook_sender SET seq = @to WHERE holder = @holder AND seq = @from", new { holder, from, to }) == 1;
}
