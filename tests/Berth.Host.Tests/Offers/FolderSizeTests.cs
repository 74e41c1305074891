using Berth.Host.Isolation.Limits;
using Berth.Host.Offers;

namespace Berth.Host.Tests.Offers;

/// <summary>What counts of a folder, and what a plugin that fills it cannot hide.</summary>
public sealed class FolderSizeTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("berth-size-").FullName;

    [Fact]
    public void Files_count_their_length_and_at_least_what_the_smallest_takes_and_links_lead_nowhere()
    {
        var below = Directory.CreateDirectory(Path.Combine(_root, "a", "b")).FullName;
        File.WriteAllBytes(Path.Combine(below, "large"), new byte[10_000]);
        File.WriteAllText(Path.Combine(below, "empty"), "");
        Directory.CreateSymbolicLink(Path.Combine(_root, "self"), _root);
        File.CreateSymbolicLink(Path.Combine(_root, "elsewhere"), "/usr/bin/env");

        FolderSize.Of(_root, long.MaxValue, closed: 0).ShouldBe(10_000 + (5 * FolderSize.LeastBytes));
        FolderSize.Of(_root, long.MaxValue, closed: 0, without: "la").ShouldBe(5 * FolderSize.LeastBytes);
        FolderSize.Of(Path.Combine(_root, "none"), long.MaxValue, closed: 7).ShouldBe(0);
    }

    [Fact]
    public void Empty_files_fill_a_folder_too()
    {
        var quota = new TemporaryQuota(_root, 10 * FolderSize.LeastBytes);
        for (var i = 0; i < 10; i++)
            File.WriteAllText(Path.Combine(_root, $"{i}"), "");
        quota.IsExceeded().ShouldBeFalse();
        File.WriteAllText(Path.Combine(_root, "more"), "");
        quota.IsExceeded().ShouldBeTrue();
    }

    [Fact]
    public void What_is_nested_too_deep_to_be_measured_is_too_much()
    {
        var quota = new TemporaryQuota(_root, 1L << 30);
        // From within, one step after another: the whole path is longer than the machine takes.
        var depth = string.Join("; ", Enumerable.Repeat("mkdir $n; cd -P $n", 30));
        using (var shell = System.Diagnostics.Process.Start("sh", ["-c", $"cd '{_root}'; n={new string('d', 200)}; {depth}"]))
            shell.WaitForExit();

        quota.IsExceeded().ShouldBeTrue();
    }

    public void Dispose()
    {
        // A path that long is the shell's to take away.
        using var remove = System.Diagnostics.Process.Start("rm", ["-rf", _root]);
        remove.WaitForExit();
    }
}
