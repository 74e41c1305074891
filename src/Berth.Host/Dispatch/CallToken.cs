namespace Berth.Host.Dispatch;

/// <summary>
/// The token of one call, made when somebody asks for it: cancelled when the client goes, the version is unloaded, or the
/// call is over, in time or not. A token of the server's own would carry the plugin's registrations.
/// </summary>
internal sealed class CallToken(CancellationToken client, CancellationToken unloading)
{
    private static readonly CancellationTokenSource Over = CreateOver();

    private CancellationTokenSource? _source;

    public CancellationToken Token
    {
        get
        {
            if (Volatile.Read(ref _source) is { } made)
                return made.Token;
            var source = CancellationTokenSource.CreateLinkedTokenSource(client, unloading);

            // Two parts of the plugin may ask at once, or the call may end right now: the first to be there stays.
            if (Interlocked.CompareExchange(ref _source, source, null) is not { } first)
                return source.Token;
            source.Dispose();
            return first.Token;
        }
    }

    /// <summary>Ends the call. Callbacks of the plugin run on the pool, not here.</summary>
    public void End()
    {
        if (Take() is { } source)
            _ = CancelAsync(source);
    }

    /// <summary>Ends a call that answered in time and of which nothing of the plugin ran in this process: what callbacks there are run here.</summary>
    public void EndHere()
    {
        if (Take() is not { } source)
            return;
        try
        {
            source.Cancel();
        }
        catch (AggregateException)
        {
            // A callback threw; the call is over either way.
        }

        source.Dispose();
    }

    private CancellationTokenSource? Take() => Interlocked.Exchange(ref _source, Over) is { } source && source != Over ? source : null;

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

        // Removes the links to the client's and the version's tokens. The tokens that were handed out stay cancelled.
        source.Dispose();
    }

    private static CancellationTokenSource CreateOver()
    {
        var source = new CancellationTokenSource();
        source.Cancel();
        return source;
    }
}
