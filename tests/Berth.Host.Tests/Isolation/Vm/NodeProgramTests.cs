using Berth.Host.Isolation.Vm;
using Berth.Host.Isolation.Worker;

namespace Berth.Host.Tests.Isolation.Vm;

public sealed class NodeProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("berth-node-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_machines_Node_is_found_behind_its_links()
    {
        var node = await NodeProgram.FindAsync(null, CancellationToken.None);
        node.Version.ShouldBeGreaterThanOrEqualTo(NodeProgram.Oldest);
        new FileInfo(node.File).LinkTarget.ShouldBeNull();
        var link = Path.Combine(_folder, "node");
        File.CreateSymbolicLink(link, node.File);
        (await NodeProgram.FindAsync(link, CancellationToken.None)).File.ShouldBe(node.File);
        node.Libraries.ShouldContain(library => library.Contains("libc.so"));
    }

    [Fact]
    public async Task All_options_are_understood_by_it()
    {
        var node = await NodeProgram.FindAsync(null, CancellationToken.None);
        (await NodeProgram.RunAsync(node.File, [.. VmRunner.Options(node), "--eval", "console.log('runs')"], CancellationToken.None)).ShouldBe("runs\n");
    }

    [Theory]
    [InlineData("echo v18.19.0", "is Node 18.19.0; 20 or newer is needed")]
    [InlineData("echo hello", "does not say which Node it is")]
    [InlineData("echo broken >&2; exit 3", "exit code 3: broken")]
    public async Task Others_are_refused_with_why(string script, string reason)
    {
        var file = Path.Combine(_folder, "other");
        await File.WriteAllTextAsync(file, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        (await Should.ThrowAsync<WorkerStartException>(() => NodeProgram.FindAsync(file, CancellationToken.None))).Message.ShouldContain(reason);
    }

    [Fact]
    public async Task A_configured_file_that_is_not_there_is_named() =>
        (await Should.ThrowAsync<WorkerStartException>(() => NodeProgram.FindAsync("/nowhere/node", CancellationToken.None))).Message.ShouldContain("/nowhere/node");
}
