using System.Diagnostics;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Store;

/// <summary>A real full disk and a real read-only one, mounted where only a child process sees them.</summary>
public sealed class TroubledDiskTests
{
    [Theory]
    [InlineData("size=64k", "store.full")]
    [InlineData("size=16k", "store.full")]
    [InlineData("ro,size=64k", "store.read_only")]
    public async Task R30_a_disk_that_does_not_take_a_version_in_ends_in_its_code_and_nothing_is_left(string options, string code)
    {
        using var folder = new TestFolder();
        var plugins = Path.Combine(folder.Path, "plugins");
        Directory.CreateDirectory(plugins);

        // A mount namespace of its own (and a user namespace when we are not root): the machine never sees the mount.
        var script = $"mount -t tmpfs -o {options} none '{plugins}' && exec dotnet '{typeof(Victim).Assembly.Location}' full-disk '{folder.Path}' '{plugins}'";
        using var process = Process.Start(new ProcessStartInfo("unshare")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { Environment.IsPrivilegedProcess ? "-m" : "-rm", "sh", "-c", script },
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        output.Trim().ShouldBe($"{code} staging=0 installed=0 documents=0 running=0", await error);
    }

    /// <summary>The part that runs in the child: installs a plugin that does not fit and says what is left.</summary>
    internal static async Task<string> InstallAsync(string folder, string plugins)
    {
        var registry = new TestRegistry();
        registry.Publish(await TestPackage.FrontendAsync(
            "Big", "1.0.0", files: new Packaging.Archive.PackageInput("dist/noise.bin", System.Security.Cryptography.RandomNumberGenerator.GetBytes(48 * 1024))));
        await using var world = await TestWorld.OpenAsync(folder, plugins, registry);
        var ada = await world.AddUserAsync();

        var outcome = await world.Operations.InstallAsync(ada, new Berth.Lifecycle.Operations.InstallRequest("Big"));

        var failed = outcome.ShouldBeOfType<Berth.Lifecycle.Operations.OperationOutcome.Failed>(outcome.ToString());
        failed.RetryAfter.ShouldNotBeNull();
        return $"{failed.Code} staging={StateDump.Staging(world)} installed={await world.CountAsync("SELECT COUNT(*) FROM plugin")}"
            + $" documents={await world.CountAsync("SELECT COUNT(*) FROM user_data_generation")} running={await world.CountAsync("SELECT COUNT(*) FROM operation WHERE state = 'running'")}";
    }
}
