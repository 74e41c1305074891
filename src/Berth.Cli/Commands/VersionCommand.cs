using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth version</c>: which build this is. Asks no server.</summary>
internal static class VersionCommand
{
    /// <summary>The version of this build.</summary>
    public static string OfThisBuild { get; } =
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner) => runner.Bind(
        new Command("version", "Print the version"),
        (context, _) =>
        {
            context.Report.Data(
                new VersionOutput("berth", OfThisBuild, RuntimeInformation.FrameworkDescription), $"berth {OfThisBuild}");
            return Task.FromResult(ExitCode.Done);
        });

    private sealed record VersionOutput(string Name, string Version, string Runtime) : JsonOutput;
}
