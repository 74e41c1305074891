using System.Diagnostics;
using Berth.Cli.Output;

namespace Berth.Cli.Dev;

/// <summary>A round for each change: build → stage → publish → swap → tell the page → clean. What fails keeps the version before.</summary>
internal sealed class DevLoop(DevProject project, DevOptions options, DevTarget target, DevPage? page, Report report, string folder)
{
    private readonly DevBuild _build = new(project, options.Build, Path.Combine(folder, "build"));
    private string? _lastFingerprint;
    private int _round;

    /// <summary>Runs until it is cancelled, or once.</summary>
    public async Task<ExitCode> RunAsync(CancellationToken cancellationToken)
    {
        // Watched before the first build, so that no change falls between.
        using var watch = new DevWatch(project.Folder);
        var exit = await RoundAsync(cancellationToken);
        while (!options.IsOnce)
        {
            report.Say($"Changed: {await watch.NextAsync(cancellationToken)}");
            exit = await RoundAsync(cancellationToken);
        }

        return exit;
    }

    private async Task<ExitCode> RoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SwapAsync(cancellationToken);
            return ExitCode.Done;
        }
        catch (CommandFailedException failure)
        {
            report.Failure(failure);
            page?.Fail(failure);
            return failure.Exit;
        }
        catch (IOException exception)
        {
            // A file that an editor is just writing, or has taken away: its next change comes.
            report.Warn($"The folder could not be read: {exception.Message}");
            return ExitCode.Failed;
        }
    }

    private async Task SwapAsync(CancellationToken cancellationToken)
    {
        var times = new DevTimes();
        await report.WatchAsync("Building", _build.RunAsync(cancellationToken));
        times.Built();
        var slug = (string)project.ReadManifest()["name"]!;
        var round = Math.Max(_round + 1, await target.NextRoundAsync(slug, cancellationToken));
        var staged = await new DevStage(project, _build, folder).RunAsync(round, cancellationToken);
        if (staged.Fingerprint == _lastFingerprint)
        {
            report.Say("Nothing in it is different.");
            page?.Recover();
            return;
        }

        times.Staged();
        await report.WatchAsync("Publishing", target.PublishAsync(staged.File, staged.Package, cancellationToken));
        _round = round;
        times.Published();
        await report.WatchAsync("Swapping", target.SwapAsync(staged.Package, cancellationToken));
        times.Swapped();
        _lastFingerprint = staged.Fingerprint;
        var version = staged.Package.Manifest.Version.ToString();
        page?.Swap(staged.Package);
        report.Result(
            new DevSwapOutput(slug, version, times.Build, times.Stage, times.Publish, times.Swap),
            $"{slug} {version} is in force: built in {times.Build} ms, packed in {times.Stage} ms, published in {times.Publish} ms, swapped in {times.Swap} ms.");
        foreach (var gone in await target.CleanAsync(slug, cancellationToken))
            report.Say($"Removed {slug} {gone}.");
    }

    private sealed class DevTimes
    {
        private long _last = Stopwatch.GetTimestamp();

        public long Build { get; private set; }

        public long Stage { get; private set; }

        public long Publish { get; private set; }

        public long Swap { get; private set; }

        public void Built() => Build = Lap();

        public void Staged() => Stage = Lap();

        public void Published() => Publish = Lap();

        public void Swapped() => Swap = Lap();

        private long Lap()
        {
            var elapsed = Stopwatch.GetElapsedTime(_last);
            _last = Stopwatch.GetTimestamp();
            return (long)elapsed.TotalMilliseconds;
        }
    }

    private sealed record DevSwapOutput(string Slug, string Version, long BuildMs, long StageMs, long PublishMs, long SwapMs) : JsonOutput
    {
        public string Event { get; } = "swapped";
    }
}
