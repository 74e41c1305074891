using Berth.Host.Isolation.Worker;

namespace Berth.Host.Tests.Isolation.Worker;

public sealed class WorkerFolderTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("berth-worker-folder-").FullName;
    private readonly string _run = Path.Combine(Path.GetTempPath(), $"berth-run-{Guid.NewGuid():N}");

    public void Dispose()
    {
        Directory.Delete(_home, recursive: true);
        if (Directory.Exists(_run))
            Directory.Delete(_run, recursive: true);
    }

    [Fact]
    public void A_worker_in_a_closed_home_is_copied_once_to_where_its_users_can_read_it()
    {
        if (!Environment.IsPrivilegedProcess)
            return;
        var own = Directory.CreateDirectory(Path.Combine(_home, "worker")).FullName;
        Directory.CreateDirectory(Path.Combine(own, "vm"));
        File.WriteAllText(Path.Combine(own, "vm", "runner.mjs"), "1");
        File.SetUnixFileMode(_home, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var open = WorkerFolder.ReadableFrom(own, _run);
        open.ShouldNotBe(own);
        ReadableToOthers.Obstacle(Path.Combine(open, "vm", "runner.mjs")).ShouldBeNull();
        File.ReadAllText(Path.Combine(open, "vm", "runner.mjs")).ShouldBe("1");
        WorkerFolder.ReadableFrom(own, _run).ShouldBe(open);
        File.WriteAllText(Path.Combine(own, "vm", "runner.mjs"), "2");
        WorkerFolder.ReadableFrom(own, _run).ShouldNotBe(open, "other content is another worker");
        Directory.GetDirectories(Path.Combine(_run, "worker")).Length.ShouldBe(2);
    }

    [Fact]
    public void A_worker_that_everybody_can_read_stays_where_it_is()
    {
        File.SetUnixFileMode(_home, (UnixFileMode)0b111_101_101);
        WorkerFolder.ReadableFrom(_home, _run).ShouldBe(_home);
        Directory.Exists(_run).ShouldBeFalse();
    }
}
