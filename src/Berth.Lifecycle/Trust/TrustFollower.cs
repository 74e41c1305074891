using System.Collections.Concurrent;
using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.DesiredStates;
using Berth.Lifecycle.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Trust;

/// <summary>
/// Follows the registry's decisions: with its signal where it is in this process, every few seconds where it is not. What it
/// hears is kept, put in force, and looked for among what the store has now, so that a version that was installed while the
/// registry was away is found in the next round. A registry that is away changes nothing: what is known stays in force.
/// </summary>
internal sealed partial class TrustFollower(
    IEnumerable<ITrustSource> sources, RegistryTrust trust, DesiredStateKeeper keeper, SharedStore store, IDatabase database, TrustOptions options,
    TimeProvider time, ILogger<TrustFollower> logger) : BackgroundService
{
    private readonly ITrustSource? _source = sources.LastOrDefault();
    private readonly ConcurrentDictionary<PluginVersionId, string[]> _files = new();
    private string? _etag;
    private bool _isAway;

    /// <inheritdoc />
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the first request, and before the instances that are wanted from the start on: what is known to be stopped stays so.
        if (await database.ReadAsync(KnownTrustRows.FindAsync, cancellationToken) is { } known)
            Learn(known, knownETag: null);
        Match();
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_source is null)
            return;
        while (!stoppingToken.IsCancellationRequested)
        {
            // Taken before looking, so that no change falls between.
            var change = _source.NextChangeAsync();
            await RoundAsync(stoppingToken);
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await Task.WhenAny(change, Task.Delay(options.Interval, time, pause.Token));
            await pause.CancelAsync();
        }
    }

    /// <summary>Asks, learns, matches, and puts it in force.</summary>
    internal async Task RoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ListenAsync(cancellationToken);
            if (Match())
                await keeper.ApplyAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The server stops.
        }
        catch (Exception exception) when (exception is DatabaseUnavailableException || StoreFaults.IsDisk(exception))
        {
            LogLeftOut(exception);
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        try
        {
            var heard = await _source!.ReadAsync(_etag, cancellationToken);
            (_isAway, trust.HeardAt) = (false, time.GetUtcNow());
            if (heard is not null && Learn(heard, heard.ETag))
                await database.WriteAsync(session => KnownTrustRows.PutAsync(session, heard, time.GetUtcNow().ToUnixTimeMilliseconds()), cancellationToken);
        }
        catch (PackageSourceUnavailableException exception)
        {
            if (!_isAway)
                LogAway(exception);
            _isAway = true;
        }
    }

    private bool Learn(TrustDocument document, string? knownETag)
    {
        try
        {
            trust.Learn(TrustKnowledge.Read(document.Json));
            _etag = knownETag;
            return true;
        }
        catch (JsonException exception)
        {
            LogUnreadable(exception);
            return false;
        }
    }

    /// <summary>Looks for what is in the store and stopped. Returns whether that is another set than before.</summary>
    private bool Match()
    {
        var (knowledge, now) = (trust.Knowledge, time.GetUtcNow());
        var stopped = new Dictionary<PluginVersionId, string>();
        if (knowledge.HasQuarantines)
        {
            foreach (var id in store.Ids())
            {
                if (store.Find(id.Slug, id.Version) is { } version
                    && knowledge.StopOf(version.Slug, version.Digest, version.IsPrivate, knowledge.HasFiles ? FilesOf(id) : [], now) is { } reason)
                {
                    stopped[new PluginVersionId(version.Slug, version.Version)] = reason;
                }
            }
        }

        var before = trust.Stopped;
        if (stopped.Count == before.Count && stopped.All(one => before.TryGetValue(one.Key, out var reason) && reason == one.Value))
            return false;
        trust.Stop(stopped);
        LogStopped(stopped.Count);
        return true;
    }

    // An index never changes what files a version has.
    private string[] FilesOf(PluginVersionId id) => _files.GetOrAdd(id, id => [.. store.IndexOf(id)?.Files.Select(file => file.Sha256) ?? []]);

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The registry's decisions on trust cannot be read; what is known stays in force until they can")]
    private partial void LogAway(Exception exception);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "The registry's statement on trust is not readable; what is known stays in force")]
    private partial void LogUnreadable(Exception exception);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "The database or the disk is away; the registry's decisions are looked at again in the next round")]
    private partial void LogLeftOut(Exception exception);

    [LoggerMessage(EventId = 4, Level = LogLevel.Information, Message = "{Count} versions in the store are stopped by the registry")]
    private partial void LogStopped(int count);
}
