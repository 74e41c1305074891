using System.Threading.Channels;
using Berth.Contracts;
using Berth.Host.Health;

namespace Berth.Host.Services.CrossPlugin;

/// <summary>
/// One call of a provider that answers a stream: the provider's code fills a small bounded channel and waits while the consumer
/// is slow; the consumer waits for each item no longer than the time limit.
/// </summary>
internal sealed class ProviderStream : IAsyncDisposable
{
    private const int Ahead = 16;

    private readonly Channel<ReadOnlyMemory<byte>> _items = Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(Ahead) { SingleReader = true, SingleWriter = true });
    private readonly ProviderCode _code;
    private readonly ContractOperation _operation;
    private readonly long _began;
    private Task<ProviderResult<bool>>? _running;
    private TimeSpan? _first;
    private bool _isTold;

    private ProviderStream(ProviderCode code, ContractOperation operation)
    {
        _code = code;
        _operation = operation;
        _began = code.Instance.Time.GetTimestamp();
    }

    /// <summary>Why it ended before its end.</summary>
    public Exception? Fault { get; private set; }

    public static ProviderStream Start(BoundProvider provider, ServiceCaller caller, ContractOperation operation, ReadOnlyMemory<byte> arguments)
    {
        var stream = new ProviderStream(new ProviderCode(provider, caller, operation), operation);
        if (stream._code.Enter(operation) is { } refused)
            stream.Refuse(refused);
        else
            stream._running = stream.RunAsync(arguments);
        return stream;
    }

    /// <summary>The next item; <see langword="null"/> at the end, or after a <see cref="Fault"/>.</summary>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await _items.Reader.WaitToReadAsync(cancellationToken).AsTask().WaitAsync(_code.Limit, _code.Instance.Time, cancellationToken) && _items.Reader.TryRead(out var item))
            {
                _first ??= _code.Instance.Time.GetElapsedTime(_began);
                return item;
            }

            var (_, result, reason) = await _running!.WaitAsync(_code.Limit, _code.Instance.Time, cancellationToken);
            Tell(result, reason, reason);
        }
        catch (TimeoutException)
        {
            var reason = $"sent nothing for {_code.Limit.TotalSeconds:0.###} s";
            Tell(CallResult.TimedOut, reason, "it " + reason);
        }

        return null;
    }

    public ValueTask DisposeAsync()
    {
        Tell(CallResult.Abandoned, null, null);
        _code.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Refuse(Exception fault)
    {
        Fault = fault;
        _isTold = true;
        _items.Writer.TryComplete();
        _running = Task.FromResult(new ProviderResult<bool>(false, CallResult.Refused, fault.Message));
    }

    private async Task<ProviderResult<bool>> RunAsync(ReadOnlyMemory<byte> arguments)
    {
        var ended = await _code.RunAsync(async (offered, service, ending) =>
        {
            await foreach (var item in offered.Contract.StreamAsync(service, _operation.Key, arguments, ending).WithCancellation(ending))
                await _items.Writer.WriteAsync(item, ending);
            return true;
        });

        // Whatever happened, and even when the provider's object could not be made.
        _items.Writer.TryComplete();
        return ended;
    }

    // The time until its first item is what a stream took: after that it may be the consumer who is slow.
    private void Tell(CallResult result, string? reason, string? forConsumer)
    {
        if (_isTold)
            return;
        _isTold = true;
        if (forConsumer is not null)
            Fault = _code.FaultOf(_operation, forConsumer);
        var took = _first ?? _code.Instance.Time.GetElapsedTime(_began);
        _code.Ended(result, reason, took);
    }
}
