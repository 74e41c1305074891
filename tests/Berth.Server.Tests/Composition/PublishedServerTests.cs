using System.Diagnostics;
using Berth.Host.Isolation;
using Berth.Server.Tests.Kills;

namespace Berth.Server.Tests.Composition;

/// <summary>What <c>dotnet publish</c> makes of the server is all of it: what runs in workers runs from there.</summary>
public sealed class PublishedServerTests
{
    [Fact]
    public async Task A_published_server_starts_its_workers_from_the_folder_beside_it()
    {
        using var folder = new TestFolder();
        var published = Directory.CreateDirectory(Path.Combine(folder.Path, "published")).FullName;
        var data = Directory.CreateDirectory(Path.Combine(folder.Path, "data")).FullName;
        await PublishAsync(published);
        string[] needed = ["worker/berth-worker.dll", "worker/berth-worker.runtimeconfig.json", "worker/berth-worker.deps.json", "worker/Berth.Abstractions.dll", "worker/vm/runner.mjs"];
        foreach (var file in needed)
            File.Exists(Path.Combine(published, file)).ShouldBeTrue(file);

        await using var server = await KillTarget.StartAsync(Path.Combine(published, OperatingSystem.IsWindows() ? "berth-server.exe" : "berth-server"), data, "sqlite");

        using var admin = server.Client(KillTarget.AdminToken);
        var levels = (await PluginAtLevels.AvailableAsync(admin)).Intersect([IsolationLevels.Process, IsolationLevels.Sandbox, IsolationLevels.Vm]).ToList();
        levels.ShouldContain(IsolationLevels.Process);
        await PluginAtLevels.RunAsync(server, admin, levels);
    }

    // What the build has made, and nothing compiled again.
    private static async Task PublishAsync(string folder)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var start = new ProcessStartInfo("dotnet", ["publish", Path.Combine(Plugins.Tests.Repository.Root, "src", "Berth.Server"), "--configuration", configuration, "--no-build", "--output", folder, "--nologo", "-verbosity:quiet", "-p:UseSharedCompilation=false", "-nodeReuse:false"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var publish = Process.Start(start)!;
        var errors = publish.StandardError.ReadToEndAsync();
        var output = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        publish.ExitCode.ShouldBe(0, $"{output}{await errors}");
    }
}
