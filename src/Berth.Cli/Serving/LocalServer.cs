using System.Diagnostics;
using System.Text.Json;
using Berth.Cli.Commands;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Serving;

/// <summary>Asks the server's program on this machine, without starting a server.</summary>
internal static class LocalServer
{
    /// <summary>What a server that is started in this folder with this environment has in force, and where each value comes from.</summary>
    /// <exception cref="CommandFailedException">There is no server here, or a setting is bad.</exception>
    public static async Task<IReadOnlyList<ServerSetting>> SettingsAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var assembly = await ServerLocation.FindAsync(
            AppContext.BaseDirectory, context.Terminal.Variable(ServerLocation.VariableName), context.Report, cancellationToken);
        var start = new ProcessStartInfo(ServerLocation.Muxer(), [assembly, "config"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        // Only settings of the server may begin with BERTH_ there, and this one is ours.
        start.Environment.Remove(ServerLocation.VariableName);
        await using var server = ChildProcess.Start(start);
        var (output, error) = (server.Process.StandardOutput.ReadToEndAsync(cancellationToken), server.Process.StandardError.ReadToEndAsync(cancellationToken));
        var exit = await server.WaitAsync(cancellationToken);
        if (exit != 0)
        {
            throw new CommandFailedException((ExitCode)exit, "client.server.settings", $"A server would not start here: {(await error).Trim()}", "See docs/configuration.md for the names and their values.");
        }

        try
        {
            return JsonSerializer.Deserialize<ServerSettings>(await output, WireJson.Options)!.Settings;
        }
        catch (JsonException problem)
        {
            throw new CommandFailedException(ExitCode.Failed, "client.answer.unreadable", $"{assembly} answered something else than expected: {problem.Message}", "Compare the versions of both.", inner: problem);
        }
    }
}
