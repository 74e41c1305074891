using System.Diagnostics;
using Berth.Host.Isolation.Limits;
using Berth.Host.Isolation.Worker;
using Berth.Host.Offers;

namespace Berth.Host.Tests.Isolation.Limits;

/// <summary>Files without a name that a process still has open, measured on a shell that holds them.</summary>
public sealed class DeletedFilesTests : IDisposable
{
    private const int Length = 100_000;
    private readonly string _root = Directory.CreateTempSubdirectory("berth-deleted-").FullName;
    private readonly int _user = UnixOwner.Of("/proc/self") ?? -1;

    [Fact]
    public void A_file_that_was_deleted_while_open_counts_once_however_often_it_is_held_until_it_is_closed()
    {
        if (!DeletedFiles.CanBeSeen)
            return;
        using (var shell = Holding("exec 3>a; cp big a; rm a; exec 4>&3; exec 5>b; rm b"))
        {
            DeletedFiles.Of(_root, _user, long.MaxValue).ShouldBe(Length + FolderSize.LeastBytes);
            DeletedFiles.Of(_root, _user + 1, long.MaxValue).ShouldBe(0, "of others nothing counts");
            DeletedFiles.Of(_root[..^1], _user, long.MaxValue).ShouldBe(0, "nor what was elsewhere");
            new TemporaryQuota(_root, 2 * Length, _user).IsExceeded().ShouldBeTrue();
            new TemporaryQuota(_root, 2 * Length).IsExceeded().ShouldBeFalse();
            End(shell);
        }

        DeletedFiles.Of(_root, _user, long.MaxValue).ShouldBe(0);
        new TemporaryQuota(_root, 2 * Length, _user).IsExceeded().ShouldBeFalse();
    }

    [Fact]
    public void What_another_name_leads_to_and_what_is_only_called_deleted_is_measured_by_its_name_alone()
    {
        if (!DeletedFiles.CanBeSeen)
            return;
        using var shell = Holding("exec 3>a; ln a other; rm a; exec 4>'c (deleted)'");

        DeletedFiles.Of(_root, _user, long.MaxValue).ShouldBe(0);

        End(shell);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>A shell that did this in the folder, where 'big' is a file of some length, and waits for its input to end.</summary>
    private Process Holding(string script)
    {
        File.WriteAllBytes(Path.Combine(_root, "big"), new byte[Length]);
        var start = new ProcessStartInfo("sh", ["-c", $"cd '{_root}'; {script}; echo held; read end"]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        var shell = Process.Start(start)!;
        shell.StandardOutput.ReadLine().ShouldBe("held");
        return shell;
    }

    private static void End(Process shell)
    {
        shell.StandardInput.Close();
        shell.WaitForExit();
    }
}
