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
        var (starter, program, data) = await PrepareAsync(folder);
        await using var server = await KillTarget.StartUnderAsync(starter, program, data, "sqlite");
        using var admin = server.Client(KillTarget.AdminToken);
        var levels = await PluginAtLevels.AvailableAsync(admin);
        levels.ShouldContain(IsolationLevels.Process);

        await PluginAtLevels.RunAsync(server, admin, levels);

        var shownLevels = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/isolation")).GetProperty("levels").EnumerateArray().ToList();
        var told = shownLevels.ToDictionary(level => level.GetProperty("level").GetString()!, level => level.GetProperty("gaps").EnumerateArray().Select(gap => gap.GetString()!).ToList());
        told[IsolationLevels.Process].ShouldContain(gap => gap.StartsWith("The host is not root", StringComparison.Ordinal));
        // Such a user's podman limits nothing by control groups of version 1.
        if (levels.Contains(IsolationLevels.Container) && !File.Exists("/sys/fs/cgroup/cgroup.controllers"))
        {
            foreach (var controller in (string[])["memory", "cpu", "pids"])
                told[IsolationLevels.Container].ShouldContain(gap => gap.Contains($"no control group for '{controller}'", StringComparison.Ordinal));
        }

        var shown = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/instances")).GetProperty("instances").EnumerateArray().ToList();
        foreach (var instance in shown)
            instance.GetProperty("worker").GetProperty("memory_bytes").GetInt64().ShouldBeGreaterThan(15L << 20, $"what runs at {instance.GetProperty("isolation")} is counted, and not what started it");
        foreach (var limits in shown.Select(instance => (Level: instance.GetProperty("isolation").GetString()!, Limits: instance.GetProperty("limits"))))
        {
            var isLimited = !told[limits.Level].Exists(gap => gap.StartsWith("The processor time of a worker is not limited", StringComparison.Ordinal));
            limits.Limits.GetProperty("cpu_percent").ValueKind.ShouldBe(isLimited ? JsonValueKind.Number : JsonValueKind.Null, limits.Level);
            var unlimited = shownLevels.Find(level => level.GetProperty("level").GetString() == limits.Level).GetProperty("unlimited").EnumerateArray().Select(one => one.GetString()).ToList();
            unlimited.Contains("processor").ShouldBe(!isLimited, limits.Level);
            unlimited.Contains("processes").ShouldBe(limits.Limits.GetProperty("processes").ValueKind == JsonValueKind.Null, limits.Level);
        }

        var workers = shown.Select(instance => instance.GetProperty("worker").GetProperty("process_id").GetInt32()).ToList();
        workers.Count.ShouldBe(levels.Count);
        workers.ShouldAllBe(worker => IsRunning(worker));

        await server.KillAsync(withItsChildren: false);

        await Eventually.TrueAsync(() => !workers.Exists(IsRunning), "no worker outlives its host");
        // podman leaves a process of its own to hold the user's namespaces.
        if (levels.Contains(IsolationLevels.Container) && starter.Length > 0)
            await TryAsync(data, [.. starter, "podman", "system", "migrate"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_strangers_plugin_has_a_sandbox_where_the_host_cannot_give_it_a_user_of_its_own_and_is_refused_where_there_is_none(bool isHidden)
    {
        // Only root can take the sandbox's program away from one process alone.
        if (!OperatingSystem.IsLinux() || (isHidden && !Environment.IsPrivilegedProcess))
            return;
        using var folder = new TestFolder();
        var (starter, program, data) = await PrepareAsync(folder);
        if (isHidden)
            starter = ["unshare", "--mount", "sh", "-c", "mount --bind /dev/null \"$(command -v bwrap)\" && exec \"$@\"", "sh", .. starter];
        await using var server = await KillTarget.StartUnderAsync(starter, program, data, "sqlite");
        using var admin = server.Client(KillTarget.AdminToken);
        await PluginAtLevels.PublishAsync(server, Golden.EchoAt("Stranger", level: null));
        using var registry = PluginAtLevels.RegistryOf(server);
        using var trusted = await registry.PutAsJsonAsync("/api/v1/plugins/Stranger/trust", new { level = "community", reason = "Somebody's." });
        trusted.IsSuccessStatusCode.ShouldBeTrue(await trusted.Content.ReadAsStringAsync());
        using var ana = await PluginAtLevels.AnaAsync(server, admin);

        using var installed = await ana.PostAsJsonAsync("/api/v1/plugins/Stranger/install", new { });

        if (isHidden || !(await PluginAtLevels.AvailableAsync(admin)).Contains(IsolationLevels.Sandbox))
        {
            var reason = await installed.Content.ReadAsStringAsync();
            installed.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, reason);
            reason.ShouldContain("isolation.unavailable");
            reason.ShouldContain("BERTH_ISOLATION=community=process");
            if (isHidden)
                reason.ShouldContain("may not be run. Give the right to");
            return;
        }

        installed.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await ana.GetAsync("/p/Stranger/version")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await admin.GetFromJsonAsync<JsonElement>("/api/v1/plugins/system/instances")).GetProperty("instances").EnumerateArray()
            .ShouldHaveSingleItem().GetProperty("isolation").GetString().ShouldBe(IsolationLevels.Sandbox);
    }

    // A server that is started so has no special rights, and all that it needs of the machine.
    private static async Task<(string[] Starter, string Program, string Data)> PrepareAsync(TestFolder folder)
    {
        var data = Directory.CreateDirectory(Path.Combine(folder.Path, "data")).FullName;
        if (!Environment.IsPrivilegedProcess)
            return ([], ServerProcess.ServerAssembly, data);

        // The repository may lie where only root may look.
        var home = Directory.CreateDirectory(Path.Combine(folder.Path, "home")).FullName;
        var program = Path.Combine(folder.Path, "server", "berth-server.dll");
        await RunAsync("cp", "-r", Path.Combine(Plugins.Tests.Repository.Root, "src", "Berth.Server", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0"), Path.GetDirectoryName(program)!);
        await RunAsync("chmod", "-R", "a+rX", folder.Path);
        await RunAsync("chown", "-R", $"{Nobody}:{Nobody}", data, home);
        return (["setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "env", $"HOME={home}"], program, data);
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
