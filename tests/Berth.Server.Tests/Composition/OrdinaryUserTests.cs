using System.Diagnostics;
using Berth.Host.Isolation;
using Berth.Server.Tests.Kills;

namespace Berth.Server.Tests.Composition;

/// <summary>A server whose user has no special rights, as most are run.</summary>
public sealed class OrdinaryUserTests
{
    private const string Nobody = "65534";

    [Fact]
    public async Task A_host_that_is_not_root_runs_plugins_at_every_level_that_it_has_and_takes_its_workers_with_it()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var folder = new TestFolder();
        var data = Directory.CreateDirectory(Path.Combine(folder.Path, "data")).FullName;
        var home = Directory.CreateDirectory(Path.Combine(folder.Path, "home")).FullName;
        string[] starter = [];
        var program = ServerProcess.ServerAssembly;
        if (Environment.IsPrivilegedProcess)
        {
            // The repository may lie where only root may look.
            program = Path.Combine(folder.Path, "server", "berth-server.dll");
            await RunAsync("cp", "-r", Path.Combine(Plugins.Tests.Repository.Root, "src", "Berth.Server", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0"), Path.GetDirectoryName(program)!);
            await RunAsync("chmod", "-R", "a+rX", folder.Path);
            await RunAsync("chown", "-R", $"{Nobody}:{Nobody}", data, home);
            starter = ["setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "env", $"HOME={home}"];
        }

        await using var server = await KillTarget.StartUnderAsync(starter, program, data, "sqlite");
        using var admin = server.Client(KillTarget.AdminToken);
        var levels = await PluginAtLevels.AvailableAsync(admin);
        levels.ShouldContain(IsolationLevels.Process);

        await PluginAtLevels.RunAsync(server, admin, levels);

        var told = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/isolation")).GetProperty("levels").EnumerateArray()
            .Single(level => level.GetProperty("level").GetString() == IsolationLevels.Process).GetProperty("gaps").EnumerateArray().Select(gap => gap.GetString()!);
        told.ShouldContain(gap => gap.StartsWith("The host is not root", StringComparison.Ordinal));
        var workers = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/instances")).GetProperty("instances").EnumerateArray()
            .Select(instance => instance.GetProperty("worker").GetProperty("process_id").GetInt32()).ToList();
        workers.Count.ShouldBe(levels.Count);
        workers.ShouldAllBe(worker => IsRunning(worker));

        await server.KillAsync(withItsChildren: false);

        await Eventually.TrueAsync(() => !workers.Exists(IsRunning), "no worker outlives its host");
        // podman leaves a process of its own to hold the user's namespaces.
        if (levels.Contains(IsolationLevels.Container) && starter.Length > 0)
            await TryAsync(data, [.. starter, "podman", "system", "migrate"]);
    }

    // A process that ended and was not asked for its exit code is listed still, in state Z.
    private static bool IsRunning(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1][0] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task RunAsync(params string[] command) => (await TryAsync(Path.GetTempPath(), command)).ShouldBe(0, string.Join(' ', command));

    private static async Task<int> TryAsync(string directory, params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = directory })!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
