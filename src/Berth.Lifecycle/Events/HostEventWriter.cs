using Berth.Data.Sessions;
using Berth.Host.Events;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Events;

/// <summary>
/// Keeps what the host raises: reads the bus and writes to the outbox, in batches and in order. While the database is away
/// events wait in memory; those of the record of security however many they are, of the others the newest ten thousand.
/// </summary>
internal sealed partial class HostEventWriter : IHostedService, IAsyncDisposable
{
    /// <summary>Its name among the readers of the bus.</summary>
    public const string ReaderName = "outbox";

    private const int Waiting = 10_000;
    private const int BatchSize = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    private readonly IDatabase _database;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly EventReader _reader;
    private readonly KeptEvents _kept;
    private readonly CancellationTokenSource _stopping = new();
    private List<HostEvent> _batch = [];
    private Task _running = Task.CompletedTask;
    private bool _isDisposed;

    public HostEventWriter(IDatabase database, IEventBus bus, IHostEvents events, LifecycleOptions options, TimeProvider time, ILogger<HostEventWriter> logger)
    {
        (_database, _time, _logger) = (database, time, logger);
        _kept = new KeptEvents(events, time);
        // Two processes may have one name, for example an old one that is just stopping.
        Origin = $"{options.NodeName}/{Guid.NewGuid():N}";
        // Here and not at the start: hosted services that start before this one raise events, too.
        _reader = bus.Subscribe(ReaderName, new BusFilter(), Waiting);
    }

    /// <summary>What the rows of this process carry as <c>raised_by</c>.</summary>
    public string Origin { get; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.Run(() => RunAsync(_stopping.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Writes what was raised while everything else stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        // A container disposes once for each registration.
        if (_isDisposed)
            return;
        _isDisposed = true;
        await StopAsync(CancellationToken.None);
        try
        {
            while (await WriteNextAsync())
            {
                // The next batch.
            }
        }
        catch (DatabaseUnavailableException exception)
        {
            LogLost(_batch.Count + _reader.Events.Count, exception);
        }

        _reader.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await WaitAsync(cancellationToken))
        {
            try
            {
                // To its end also when the server stops: a write that is given up may have happened.
                await WriteNextAsync();
                // Events come in bursts; one transaction for each burst.
                await Task.Delay(Pause, _time, cancellationToken);
            }
            catch (DatabaseUnavailableException exception)
            {
                LogAway(_batch.Count + _reader.Events.Count, exception);
                await Task.Delay(Again, _time, cancellationToken);
            }
        }
    }

    private async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        if (_batch.Count > 0)
            return true;
        var coming = _reader.Events.WaitToReadAsync(cancellationToken).AsTask();
        while (_kept.HasLeftOut && await Task.WhenAny(coming, Task.Delay(Look, _time, cancellationToken)) != coming)
            _kept.TellLeftOut();
        return await coming;
    }

    /// <summary>Answers whether there was anything. A batch whose write failed is the next one again.</summary>
    private async Task<bool> WriteNextAsync()
    {
        if (_batch.Count == 0)
            _batch = Take();
        if (_batch.Count == 0)
            return false;
        try
        {
            // A connection that breaks in the commit leaves open whether it happened: then the batch is written twice, not lost.
            await WriteAsync(_batch);
        }
        catch (Exception exception) when (exception is not DatabaseUnavailableException)
        {
            // One that the database does not take must not stop those behind it.
            LogRefused(exception);
            await WriteSinglyAsync();
        }

        _batch = [];
        return true;
    }

    private async Task WriteSinglyAsync()
    {
        while (_batch.Count > 0)
        {
            try
            {
                await WriteAsync([_batch[0]]);
            }
            catch (Exception exception) when (exception is not DatabaseUnavailableException)
            {
                LogNotKept(_batch[0].Type, exception);
            }

            _batch = [.. _batch.Skip(1)];
        }
    }

    private Task<bool> WriteAsync(IReadOnlyList<HostEvent> events) => _database.WriteAsync(session => HostEventRows.InsertAsync(session, events, Origin));

    private List<HostEvent> Take()
    {
        var batch = new List<HostEvent>();
        while (batch.Count < BatchSize && _reader.Events.TryRead(out var happened))
        {
            if (_kept.Keeps(happened))
                batch.Add(happened);
        }

        return batch;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The database is away; {Count} events wait for it")]
    private partial void LogAway(int count, Exception exception);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "A batch of events was refused; they are written one at a time")]
    private partial void LogRefused(Exception exception);

    [LoggerMessage(EventId = 4, Level = LogLevel.Error, Message = "An event of type {Type} cannot be kept")]
    private partial void LogNotKept(string type, Exception exception);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "The database is away while the server stops; {Count} events are lost")]
    private partial void LogLost(int count, Exception exception);
}
