using System.Diagnostics;
using Berth.Registry.Publishing;
using Berth.Registry.Publishing.Stages;
using Berth.Server.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Berth.Server.Tests.Publishing;

/// <summary>
/// The program inside the test assembly: a whole server whose scanner works in processes of its own, and is killed with SIGKILL
/// whenever it looks at certain packages.
/// </summary>
internal static class FaultyServer
{
    /// <summary>Runs the server until it is stopped or killed.</summary>
    public static async Task<int> Main()
    {
        await using var server = await BerthServer.StartAsync(BerthSettingsReader.Read([], Directory.GetCurrentDirectory()), builder =>
        {
            builder.Logging.SetMinimumLevel(LogLevel.Critical);
            builder.Services.AddSingleton(provider => new PublishStages(provider)
            {
                InOrder = [new MortalScanner(), ActivatorUtilities.CreateInstance<ApprovalStage>(provider)],
            });
            // A thousand clients wait for each other in the middle of their bodies; how slow one may be is not what is tested with them.
            builder.Services.PostConfigure<KestrelServerOptions>(kestrel => kestrel.Limits.MinRequestBodyDataRate = null);
            // What a dead process left is taken up soon.
            builder.Services.AddSingleton(new PublishOptions { Lease = TimeSpan.FromSeconds(4) });
        });
        await Announcement.WriteAsync(server, Console.Out);
        await server.WaitForShutdownAsync();
        return 0;
    }

    /// <summary>Whether the scanner dies of a package: of one in four, each time.</summary>
    public static bool IsDeadly(string slug) => slug[^1] is '0' or '4' or '8';

    private sealed class MortalScanner : IPublishStage
    {
        public string Name => "scan";

        public int RuleSet => 3;

        public Task<StageVerdict> RunAsync(PublishContext publish, CancellationToken cancellationToken) =>
            IsDeadly(publish.Package.Manifest.Name) ? DieAsync(publish, cancellationToken) : ControlledStage.ReadAsync(publish, cancellationToken);

        private static async Task<StageVerdict> DieAsync(PublishContext publish, CancellationToken cancellationToken)
        {
            using var scanner = Process.Start(new ProcessStartInfo("sha256sum") { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false })!;
            await using var content = publish.Content();
            await content.CopyToAsync(scanner.StandardInput.BaseStream, cancellationToken);
            scanner.Kill();
            await scanner.WaitForExitAsync(cancellationToken);
            return scanner.ExitCode == 0 ? new StageVerdict.Passed() : throw new IOException($"The scanner ended with {scanner.ExitCode}.");
        }
    }
}
