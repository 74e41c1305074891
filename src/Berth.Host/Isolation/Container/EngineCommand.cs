using System.Diagnostics;

namespace Berth.Host.Isolation.Container;

/// <summary>A short command of a container engine.</summary>
internal static class EngineCommand
{
    /// <summary>How many descriptors after the standard ones an engine hands on: the worker's sockets.</summary>
    public static string PreservedDescriptors { get; } = Berth.Worker.Protocol.WorkerProtocol.Descriptors.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Runs it and answers its output; an error of it is an empty answer, as its callers only tidy up.</summary>
    public static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false, WorkingDirectory = "/" };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Longest);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException exception)
        {
            process.Kill(entireProcessTree: true);
            throw new IOException($"{program} did not end within {Longest.TotalSeconds:0} seconds.", exception);
        }

        await errors;
        return process.ExitCode == 0 ? await output : "";
    }
}
