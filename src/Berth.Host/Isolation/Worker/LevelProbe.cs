using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Berth.Host.Isolation.Worker.Processes;
using Berth.Worker.Protocol;

namespace Berth.Host.Isolation.Worker;

/// <summary>Starts the worker's own check under a level, once: what works here works for a plugin.</summary>
internal static class LevelProbe
{
    /// <summary>The worker's argument that makes it harden itself and end.</summary>
    public const string CheckArgument = "--check";

    private const int MostReason = 400;
    private static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(20);

    /// <summary>The answer of every worker level on other systems.</summary>
    public static IsolationAvailability OnlyOnLinux(string level) =>
        new(level, false, $"The level '{level}' is made of parts of the Linux kernel; this system has none of them.");

    /// <summary>Starts it and waits for its end.</summary>
    public static Task<ProbeOutcome> RunAsync(IWorkerLevel level, TimeSpan time, CancellationToken cancellationToken) => RunAsync(level, time, look: null, cancellationToken);

    /// <summary>Starts it and waits for its end.</summary>
    /// <param name="level">The level.</param>
    /// <param name="time">How long each step may take.</param>
    /// <param name="look">Looks at what was started, which waits meanwhile, and is asked again until it says that it has seen it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<ProbeOutcome> RunAsync(IWorkerLevel level, TimeSpan time, Func<WorkerCommand, bool>? look, CancellationToken cancellationToken)
    {
        WorkerCommand? command = null;
        try
        {
            var launch = new WorkerLaunch
            {
                Id = new PluginVersionId("Probe", "0.0.0"),
                Directory = WorkerFolder.Path,
                Limits = new WorkerLimits(),
                Arguments = [CheckArgument],
            };
            command = await level.PrepareAsync(launch, cancellationToken);
            return await RunAsync(command, time, look, cancellationToken);
        }
        catch (Exception exception) when (exception is WorkerStartException or IOException or UnauthorizedAccessException)
        {
            return new ProbeOutcome.Failed(exception.Message) { Remedy = (exception as WorkerStartException)?.Remedy };
        }
        finally
        {
            if (command?.CleanUp is { } cleanUp)
                await cleanUp();
        }
    }

    private static async Task<ProbeOutcome> RunAsync(WorkerCommand command, TimeSpan time, Func<WorkerCommand, bool>? look, CancellationToken cancellationToken)
    {
        // As a worker is started, but nobody will ask anything of its sockets.
        SafeHandle[] descriptors = [.. Enumerable.Range(0, WorkerProtocol.Descriptors).Select(_ => File.OpenHandle("/dev/null"))];
        try
        {
            var process = await ChildProcess.StartAsync(command.File, command.Arguments, command.Environment, descriptors);
            try
            {
                await LookAsync(process, command, time, look, cancellationToken);
                await AskAsync(process, command.Hardening, cancellationToken);
                var exit = await process.Exited.WaitAsync(time, cancellationToken);
                await Task.WhenAll(process.Errors.Ended, process.Output.Ended).WaitAsync(time, cancellationToken);
                return exit.Code == 0 ? new ProbeOutcome.Works() : new ProbeOutcome.Failed(Reason(process, exit));
            }
            catch (TimeoutException)
            {
                return new ProbeOutcome.Failed($"it did not end within {time.TotalSeconds:0} second{(time.TotalSeconds is 1 ? "" : "s")}");
            }
            finally
            {
                process.Kill();
                await process.Input.DisposeAsync();
            }
        }
        finally
        {
            foreach (var descriptor in descriptors)
                descriptor.Dispose();
        }
    }

    private static async Task LookAsync(ChildProcess process, WorkerCommand command, TimeSpan time, Func<WorkerCommand, bool>? look, CancellationToken cancellationToken)
    {
        if (look is null)
            return;
        for (var watch = Stopwatch.StartNew(); !process.Exited.IsCompleted && watch.Elapsed < time && !look(command);)
            await Task.Delay(LookPause, cancellationToken);
    }

    private static async Task AskAsync(ChildProcess process, WorkerHardening hardening, CancellationToken cancellationToken)
    {
        try
        {
            await process.Input.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(hardening, ProtocolJson.Default.WorkerHardening), cancellationToken);
            await process.Input.WriteAsync("\n"u8.ToArray(), cancellationToken);
            await process.Input.FlushAsync(cancellationToken);
        }
        catch (IOException)
        {
            // It ended without reading; its errors say why.
        }
    }

    private static string Reason(ChildProcess process, ChildExit exit)
    {
        var said = string.Join(' ', process.Errors.Lines.Concat(process.Output.Lines)).Trim();
        return said.Length == 0 ? $"it ended with {exit} and said nothing" : said[..Math.Min(said.Length, MostReason)];
    }
}

/// <summary>How a probe ended.</summary>
internal abstract record ProbeOutcome
{
    /// <summary>The worker ran.</summary>
    public sealed record Works : ProbeOutcome;

    /// <summary>It did not.</summary>
    public sealed record Failed(string Reason) : ProbeOutcome
    {
        /// <summary>What to do, where it is not what the level would say of itself.</summary>
        public string? Remedy { get; init; }
    }
}
