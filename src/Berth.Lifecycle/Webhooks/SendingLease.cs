using Berth.Data.Sessions;

namespace Berth.Lifecycle.Webhooks;

/// <summary>
/// The right to send, which one process has at a time. It expires when its holder is silent, so that another node goes on.
/// A holder that was stopped for longer than that may send once more what another node sends, too: at least once.
/// </summary>
internal sealed class SendingLease(IDatabase database, WebhookOptions options, TimeProvider time)
{
    // Not the node's name: two processes of one machine must not take each other for themselves.
    private readonly string _holder = Guid.NewGuid().ToString("n");
    private DateTimeOffset _until = DateTimeOffset.MinValue;

    /// <summary>Who this is.</summary>
    public string Holder => _holder;

    /// <summary>Whether this process may send now.</summary>
    public bool IsHeld => time.GetUtcNow() < _until;

    /// <summary>Takes it when it is free, and renews it in time.</summary>
    /// <returns>Up to where events have become deliveries, when it was just taken; otherwise <see langword="null"/>.</returns>
    public async Task<long?> HoldAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_until - now > options.Lease / 2)
            return null;
        var (was, at, until) = (_until > now, now.ToUnixTimeMilliseconds(), now + options.Lease);
        if (!await database.ReadAsync(session => SenderRows.IsFreeAsync(session, _holder, at), cancellationToken)
            || await database.WriteAsync(session => SenderRows.TryHoldAsync(session, _holder, at, until.ToUnixTimeMilliseconds()), cancellationToken) is not { } position)
        {
            _until = DateTimeOffset.MinValue;
            return null;
        }

        _until = until;
        return was ? null : position;
    }

    /// <summary>Lets another node have it at once.</summary>
    public async Task ReleaseAsync()
    {
        if (!IsHeld)
            return;
        _until = DateTimeOffset.MinValue;
        await database.WriteAsync(async session =>
        {
            await SenderRows.ReleaseAsync(session, _holder);
            return true;
        });
    }
}
