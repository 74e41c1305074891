using Berth.Host.Isolation.Worker;

namespace Berth.Host.Tests.Isolation.Worker;

public sealed class HostFolderTests : IDisposable
{
    private readonly string _run = Path.Combine(Path.GetTempPath(), $"bf-{Guid.NewGuid().ToString("N")[..8]}");

    public void Dispose()
    {
        if (Directory.Exists(_run))
            Directory.Delete(_run, recursive: true);
    }

    [Fact]
    public void The_folder_of_a_host_that_lives_stays_and_that_of_one_that_ended_goes()
    {
        using var living = HostFolder.Take(_run);
        var ended = Path.Combine(_run, "hosts", "berth-1-1-1");
        Directory.CreateDirectory(Path.Combine(ended, "tmp", "of a worker"));
        File.WriteAllText(Path.Combine(ended, "tmp", "of a worker", "file"), "left");
        File.WriteAllText(ended + ".lock", "");

        HostFolder.Sweep(_run);

        Directory.Exists(living.Path).ShouldBeTrue();
        Directory.GetFileSystemEntries(Path.Combine(_run, "hosts")).ShouldBe([living.Path, living.Path + ".lock"], ignoreOrder: true);
    }

    [Fact]
    public void A_link_in_what_was_left_is_not_followed()
    {
        HostFolder.Take(_run).Dispose();
        var elsewhere = Directory.CreateDirectory(Path.Combine(_run, "elsewhere")).FullName;
        File.WriteAllText(Path.Combine(elsewhere, "file"), "stays");
        Directory.CreateDirectory(Path.Combine(_run, "hosts", "berth-1-1-1"));
        Directory.CreateSymbolicLink(Path.Combine(_run, "hosts", "berth-1-1-1", "link"), elsewhere);
        File.WriteAllText(Path.Combine(_run, "hosts", "berth-1-1-1.lock"), "");

        HostFolder.Sweep(_run);

        Directory.GetFileSystemEntries(Path.Combine(_run, "hosts")).ShouldBeEmpty();
        File.Exists(Path.Combine(elsewhere, "file")).ShouldBeTrue();
    }

    [Fact]
    public void A_host_that_ends_in_order_leaves_nothing()
    {
        var folder = HostFolder.Take(_run);
        File.WriteAllText(Path.Combine(folder.Path, "host.sock"), "");
        folder.Dispose();
        Directory.GetFileSystemEntries(Path.Combine(_run, "hosts")).ShouldBeEmpty();
    }

    [Fact]
    public void A_folder_that_is_too_deep_for_sockets_is_refused_with_the_remedy() =>
        Should.Throw<WorkerStartException>(() => HostFolder.Take(Path.Combine(_run, new string('x', 90)))).Message.ShouldContain("shorter run folder");

    [Fact]
    public void Others_pass_through_it_and_cannot_list_it()
    {
        using var folder = HostFolder.Take(_run);
        File.GetUnixFileMode(folder.Path).ShouldBe((UnixFileMode)0b111_001_001);
        File.GetUnixFileMode(folder.Path + ".lock").ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
