namespace Berth.Lifecycle.Tests.World;

/// <summary>A folder of a test's own, removed at its end although the store protects its files.</summary>
internal sealed class TestFolder : IDisposable
{
    public TestFolder() => Directory.CreateDirectory(Path);

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "berth-lifecycle-" + Guid.NewGuid().ToString("N"));

    public void Dispose() => Berth.Lifecycle.Store.FolderTree.Delete(Path);
}
