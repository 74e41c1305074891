using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Berth.Registry.Publishing;

/// <summary>
/// Runs the stages, one after another, and all of them, so that a publisher learns all reasons at once. A stage can break,
/// hang, or leave its work behind: what it did not say in its time is a verdict of its own, and never a good one.
/// </summary>
internal sealed partial class StageRunner(PublishStages stages, PublishOptions options, TimeProvider time, ILogger<StageRunner> logger) : IDisposable
{
    /// <summary>Code of a version that is held because a stage said nothing.</summary>
    public const string FailedCode = "publish.stage_failed";

    // A scan holds its scripts as trees, some forty bytes for each of theirs: of packages beyond this size, one at a time.
    private const long LargeBytes = 4 * 1024 * 1024;

    // Scanning is bound by the processor: more at once would only hold more packages in memory.
    private readonly SemaphoreSlim _slots = new(Math.Max(2, Environment.ProcessorCount));
    private readonly SemaphoreSlim _large = new(1);

    /// <summary>Runs all.</summary>
    /// <param name="publish">What to judge.</param>
    /// <param name="said">Is told each verdict as it comes.</param>
    /// <param name="cancellationToken">Gives up; nothing is said then.</param>
    public async Task<StageResults> RunAsync(PublishContext publish, Action<StageRecord>? said, CancellationToken cancellationToken)
    {
        var results = new List<StageResult>(stages.InOrder.Count);
        if (stages.InOrder.Count == 0)
            return new StageResults(results);
        var isLarge = publish.Package.UnpackedSize > LargeBytes;
        if (isLarge)
            await _large.WaitAsync(cancellationToken);
        try
        {
            await _slots.WaitAsync(cancellationToken);
        }
        catch when (isLarge)
        {
            _large.Release();
            throw;
        }

        try
        {
            foreach (var stage in stages.InOrder)
            {
                var before = results.ToDictionary(result => result.Stage.Name, result => result.Verdict, StringComparer.Ordinal);
                var result = await RunAsync(stage, publish with { Before = before }, cancellationToken);
                results.Add(result);
                said?.Invoke(result.Record);
            }
        }
        finally
        {
            _slots.Release();
            if (isLarge)
                _large.Release();
        }

        return new StageResults(results);
    }

    public void Dispose()
    {
        _slots.Dispose();
        _large.Dispose();
    }

    /// <summary>What is said of a package that took the process down each time: held, without another look.</summary>
    public StageResults GiveUp() => new([.. stages.InOrder.Select(stage => Failed(
        stage, StageVerdicts.Failed, $"The stage '{stage.Name}' did not end: the registry stopped each time it looked at this package.", 0))]);

    private async Task<StageResult> RunAsync(IPublishStage stage, PublishContext publish, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(options.StageTimeLimit);
        try
        {
            // On a thread of its own, and not waited for past its time: a stage that never looks at its token must not keep the publish.
            var verdict = await Task.Run(() => stage.RunAsync(publish, limited.Token), limited.Token).WaitAsync(limited.Token);
            return verdict is null ? throw new InvalidOperationException("The stage said nothing.") : Said(stage, verdict, Since(begun));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException exception) when (limited.IsCancellationRequested)
        {
            LogFailed(exception, stage.Name, publish.Package.Manifest.Name, publish.Package.Manifest.Version.ToString());
            return Failed(stage, StageVerdicts.TimedOut,
                $"The stage '{stage.Name}' did not come to an end within {options.StageTimeLimit.TotalSeconds:0.#} s. A reviewer looks at the version.", Since(begun));
        }
#pragma warning disable CA1031 // Whatever it throws, it did not say that the package is good.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(exception, stage.Name, publish.Package.Manifest.Name, publish.Package.Manifest.Version.ToString());
            return Failed(stage, StageVerdicts.Failed, $"The stage '{stage.Name}' broke. A reviewer looks at the version.", Since(begun));
        }
    }

    private StageResult Said(IPublishStage stage, StageVerdict verdict, long milliseconds)
    {
        var (word, code, reason) = verdict switch
        {
            StageVerdict.Passed => (StageVerdicts.Passed, null, null),
            StageVerdict.Held held => (StageVerdicts.Held, held.Code, (string?)held.Reason),
            StageVerdict.Refused refused => (StageVerdicts.Refused, refused.Faults.Count > 0 ? refused.Faults[0].Code : null, refused.Faults.Count > 0 ? refused.Faults[0].Message : null),
            _ => throw new InvalidOperationException($"Unknown verdict {verdict.GetType().Name}."),
        };
        return new StageResult(stage, verdict, new StageRecord(stage.Name, word, stage.RuleSet, code, reason, time.GetUtcNow(), milliseconds) { Evidence = verdict.Evidence });
    }

    private StageResult Failed(IPublishStage stage, string word, string reason, long milliseconds) => new(
        stage, new StageVerdict.Held(FailedCode, reason), new StageRecord(stage.Name, word, stage.RuleSet, FailedCode, reason, time.GetUtcNow(), milliseconds));

    private static long Since(long begun) => (long)Stopwatch.GetElapsedTime(begun).TotalMilliseconds;

    [LoggerMessage(Level = LogLevel.Error, Message = "The publish stage {Stage} said nothing about {Slug} {Version}; the version is held")]
    private partial void LogFailed(Exception exception, string stage, string slug, string version);
}
