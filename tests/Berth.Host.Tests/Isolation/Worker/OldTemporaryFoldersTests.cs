using Berth.Host.Isolation;
using Berth.Host.Isolation.Worker;

namespace Berth.Host.Tests.Isolation.Worker;

public sealed class OldTemporaryFoldersTests : IDisposable
{
    private readonly string _run = Directory.CreateTempSubdirectory("berth-old-").FullName;

    public void Dispose() => Directory.Delete(_run, recursive: true);

    [Fact]
    public void Those_of_workers_that_live_of_others_and_of_unknown_owners_stay()
    {
        var users = new WorkerUserIds(Options());
        using var living = new WorkerUserIds(Options()).Take();
        var owners = new Dictionary<string, int?>
        {
            [Folder("of a dead worker")] = living.Value == 61184 ? 61185 : 61184,
            [Folder("of a living worker")] = living.Value,
            [Folder("of somebody else")] = 1000,
            [Folder("of nobody knows whom")] = null,
        };
        File.WriteAllText(Path.Combine(owners.Keys.First(), "file"), "left");

        OldTemporaryFolders.Sweep(_run, users, folder => owners[folder]).ShouldBe(1);

        Directory.GetDirectories(Path.Combine(_run, "tmp")).Select(Path.GetFileName).ShouldBe(["of a living worker", "of somebody else", "of nobody knows whom"], ignoreOrder: true);
        users.TryTake(61184)?.Value.ShouldBe(61184);
    }

    [Fact]
    public void The_owner_of_a_file_is_told_and_of_a_link_it_is_the_links()
    {
        if (!OperatingSystem.IsLinux())
            return;
        UnixOwner.Of(Path.Combine(_run, "not there")).ShouldBeNull();
        var folder = Folder("mine");
        var own = UnixOwner.Of(folder).ShouldNotBeNull();
        if (!Environment.IsPrivilegedProcess)
            return;
        own.ShouldBe(0);
        UnixOwner.Change(folder, 61190, 61190).ShouldBeNull();
        UnixOwner.Of(folder).ShouldBe(61190);
        Directory.CreateSymbolicLink(Path.Combine(_run, "link"), folder);
        UnixOwner.Of(Path.Combine(_run, "link")).ShouldBe(0);
    }

    private IsolationOptions Options() => new() { RunDirectory = _run, FirstUserId = 61184, LastUserId = 61185 };

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(_run, "tmp", name)).FullName;
}
