namespace Berth.Host.Dispatch;

/// <summary>
/// The token of one call, made when somebody asks for it: cancelled when the client goes, the time runs out, the version
/// is unloaded, or the call is over. A token of the server's own would carry the plugin's registrations.
/// </summary>
internal sealed class CallToken(CancellationToken client, CancellationToken unloading)
{
    private readonly Lock _gate = new();
    private CancellationTokenSource? _source;
    private bool _isOver;

    public CancellationToken Token
    {
        get
        {
            lock (_gate)
            {
                if (_source is null && _isOver)
                    return new CancellationToken(canceled: true);
                return (_source ??= CancellationTokenSource.CreateLinkedTokenSource(client, unloading)).Token;
            }
        }
    }

    /// <summary>
    /// Ends the call. Callbacks of the plugin run on the pool, not here. The source is not disposed, so that a plugin
    /// that goes on sees a cancelled token; cancelling it has already removed what it registered.
    /// </summary>
    public void End()
    {
        CancellationTokenSource? source;
        lock (_gate)
        {
            _isOver = true;
            source = _source;
        }

        if (source is not null)
            _ = CancelAsync(source);
    }

    private static async Task CancelAsync(CancellationTokenSource source)
    {
        try
        {
            await source.CancelAsync();
        }
        catch (Exception)
        {
            // A callback of the plugin threw; the call is over either way.
        }

        // Removes the links to the client's and the version's tokens; a token of a disposed, cancelled source stays cancelled.
        source.Dispose();
    }
}
