namespace Berth.Hostile.Tests.Range;

/// <summary>Asks the neighbour without a pause, as long as the attack lasts: every answer has to come, and from the same life of it.</summary>
internal sealed class NeighbourWatch : IAsyncDisposable
{
    private readonly RangeHost _host;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _asking;
    private string? _harm;

    public NeighbourWatch(RangeHost host)
    {
        _host = host;
        _asking = AskAsync();
    }

    /// <summary>What it noticed.</summary>
    public async Task<IReadOnlyList<string>> EndAsync()
    {
        await _ending.CancelAsync();
        await _asking;
        return _harm is { } harm ? [harm] : [];
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _ending.Dispose();
    }

    private async Task AskAsync()
    {
        while (!_ending.IsCancellationRequested && _harm is null)
        {
            try
            {
                if (await _host.NeighbourAsync() != _host.Boot)
                    _harm = "the neighbour was started anew";
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
            {
                _harm = $"the neighbour did not answer: {exception.Message}";
            }

            // Between the questions the attack has the processor.
            await Task.WhenAny(Task.Delay(100), Task.Delay(Timeout.Infinite, _ending.Token));
        }
    }
}
