using System.Diagnostics;
using System.Globalization;
using Berth.Host.Isolation;

namespace Berth.Server.Tests.Kills;

/// <summary>kill -9 of the server alone: what it had started ends by itself, and the next start takes away what was left.</summary>
public sealed class KilledWorkersTests
{
    private static readonly string[] Podman = ["--BERTH_CONTAINER_ENGINE=podman"];

    [Fact]
    public async Task A_host_that_is_killed_leaves_no_worker_and_the_next_start_sweeps_its_folder_and_control_groups()
    {
        using var folder = new TestFolder();
        int dead;
        await using (var server = await StartAsync(folder))
        {
            dead = server.Id;
            using var admin = server.Client(KillTarget.AdminToken);
            var levels = await PluginAtLevels.AvailableAsync(admin);
            levels.ShouldContain(IsolationLevels.Process);
            await PluginAtLevels.RunAsync(server, admin, levels);
            var workers = DescendantsOf(dead);
            workers.Count.ShouldBeGreaterThanOrEqualTo(levels.Count);
            Left(dead).ShouldNotBeEmpty("its own folder is there");

            await server.KillAsync(withItsChildren: false);

            foreach (var worker in workers)
                await Eventually.TrueAsync(() => !IsAlive(worker), $"process {worker.Id} ends with its host");
        }

        await using var next = await StartAsync(folder);
        using var again = next.Client(KillTarget.AdminToken);
        // Trying the levels is what looks for containers that were left.
        await PluginAtLevels.AvailableAsync(again);
        await Eventually.TrueAsync(() => Left(dead).Count == 0, $"nothing of {dead} is left, but there is: {string.Join(", ", Left(dead))}");
        Left(next.Id).ShouldNotContain(path => path.EndsWith(".sock", StringComparison.Ordinal), "no worker runs yet");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_container_of_podman_ends_with_its_host_or_with_whatever_guards_it_at_the_next_start(bool isGuardKilledToo)
    {
        using var folder = new TestFolder();
        int dead;
        await using (var server = await StartAsync(folder, Podman))
        {
            dead = server.Id;
            using var admin = server.Client(KillTarget.AdminToken);
            (await PluginAtLevels.AvailableAsync(admin)).ShouldContain(IsolationLevels.Container);
            await PluginAtLevels.RunAsync(server, admin, [IsolationLevels.Container]);
            var conmon = ProcessesNaming(dead).ShouldHaveSingleItem("conmon runs the container, and is no child of the host");
            // A worker that hears nothing: neither that its input ended, nor a request to end.
            await StopAsync(DescendantsOf(conmon.Id).ShouldHaveSingleItem().Id);

            // The kernel tells the guard of the host's end before anybody can kill it, too: one that stands still does nothing about it.
            foreach (var guard in DescendantsOf(dead).Where(one => isGuardKilledToo && CommandOf(one.Id)?.Contains("berth-podman", StringComparison.Ordinal) is true))
                await StopAsync(guard.Id);
            await server.KillAsync(withItsChildren: isGuardKilledToo);

            if (isGuardKilledToo)
                IsAlive(conmon).ShouldBeTrue("nobody is left who would take it away");
            else
                await Eventually.TrueAsync(() => ProcessesNaming(dead).Count == 0, "the container ends with its host");
        }

        await using var next = await StartAsync(folder, Podman);
        using var again = next.Client(KillTarget.AdminToken);
        await PluginAtLevels.AvailableAsync(again);
        await Eventually.TrueAsync(() => ProcessesNaming(dead).Count == 0 && Left(dead).Count == 0, $"nothing of {dead} is left, but there is: {string.Join(", ", Left(dead))}");
    }

    private static Task<KillTarget> StartAsync(TestFolder folder, params string[] arguments) => KillTarget.StartAsync(ServerProcess.ServerAssembly, folder.Path, "sqlite", arguments);

    /// <summary>What the run folder and the control groups hold of one host.</summary>
    private static List<string> Left(int host)
    {
        var pattern = $"berth-*-{host.ToString(CultureInfo.InvariantCulture)}-*";
        string[] roots = [Path.Combine(new IsolationOptions().RunDirectory, "hosts"), Path.Combine(new IsolationOptions().RunDirectory, "bundles"), "/sys/fs/cgroup"];
        return [.. roots.Where(Directory.Exists).SelectMany(root => Directory.EnumerateFileSystemEntries(root, pattern, new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }))];
    }

    /// <summary>conmon has the name of its container among its arguments, and that has the host's.</summary>
    private static List<Seen> ProcessesNaming(int host) => [.. Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), out var id) && CommandOf(id) is { } command
            && command.Contains("conmon", StringComparison.Ordinal) && command.Contains($"-{host.ToString(CultureInfo.InvariantCulture)}-", StringComparison.Ordinal) ? See(id) : null)
        .OfType<Seen>()];

    private static string? CommandOf(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static async Task StopAsync(int id)
    {
        using var kill = Process.Start("/bin/sh", ["-c", "kill -STOP $1", "sh", id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        kill.ExitCode.ShouldBe(0);
    }

    private static List<Seen> DescendantsOf(int root)
    {
        var all = Directory.EnumerateDirectories("/proc").Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? See(id) : null).OfType<Seen>().ToList();
        List<Seen> found = [];
        var open = new Stack<int>([root]);
        while (open.TryPop(out var parent))
        {
            foreach (var child in all.Where(one => one.Parent == parent))
            {
                found.Add(child);
                open.Push(child.Id);
            }
        }

        return found;
    }

    // What nobody has asked after yet is a number and no process any more.
    private static bool IsAlive(Seen process) => See(process.Id) is { } now && now.Start == process.Start && now.State is not ("Z" or "X");

    private static Seen? See(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return new Seen(id, int.Parse(fields[1], CultureInfo.InvariantCulture), fields[0], fields[19]);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private sealed record Seen(int Id, int Parent, string State, string Start);
}
