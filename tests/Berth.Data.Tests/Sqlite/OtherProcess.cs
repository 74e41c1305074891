using System.Diagnostics;

namespace Berth.Data.Tests.Sqlite;

/// <summary>Another process that holds a database's write lock until it is disposed.</summary>
public sealed class OtherProcess : IDisposable
{
    private readonly Process _process;

    private OtherProcess(Process process) => _process = process;

    public static OtherProcess Lock(string file)
    {
        // Python is on every Debian with build tools and speaks SQLite; a second .NET process would take seconds to build.
        const string Script = "import sqlite3,sys\nc=sqlite3.connect(sys.argv[1],isolation_level=None)\nc.execute('BEGIN IMMEDIATE')\nprint('locked',flush=True)\nsys.stdin.read()";
        var process = Process.Start(new ProcessStartInfo("python3", ["-c", Script, file]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        process.StandardOutput.ReadLine().ShouldBe("locked");
        return new OtherProcess(process);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
