using Berth.Host.Isolation;
using Berth.Host.Offers;

namespace Berth.Host.Tests.Offers;

/// <summary>What is offered was there at the start, and need not be any more.</summary>
public sealed class OfferStatesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("berth-offers-").FullName;

    public OfferStatesTests()
    {
        File.SetUnixFileMode(_root, (UnixFileMode)0b111_101_101);
        File.WriteAllText(Path.Combine(_root, "tool"), "#!/bin/sh\n");
        Rights("tool", 0b111_101_101);
    }

    [Fact]
    public async Task What_can_be_used_as_offered_is_shown_so_folders_first()
    {
        var states = await LookAsync(
            [new OfferedFolder("docs", _root, IsWritable: false), new OfferedFolder("out", _root, IsWritable: true)],
            [new OfferedProgram("tool", Path.Combine(_root, "tool"))]);
        states.ShouldBe(
        [
            new OfferState("folder", "docs", _root, "read", null, null),
            new OfferState("folder", "out", _root, "write", null, null),
            new OfferState("program", "tool", Path.Combine(_root, "tool"), "run", null, null),
        ]);
        states.ShouldAllBe(state => state.IsUsable);
        Directory.GetFileSystemEntries(_root).ShouldHaveSingleItem("looking leaves nothing");
    }

    [Fact]
    public async Task A_folder_that_has_gone_is_told_with_the_setting_that_names_it()
    {
        var gone = (await LookAsync([new OfferedFolder("docs", Path.Combine(_root, "gone"), IsWritable: false)], [])).ShouldHaveSingleItem();
        gone.IsUsable.ShouldBeFalse();
        gone.Reason.ShouldBe("There is no such folder.");
        gone.Remedy.ShouldNotBeNull().ShouldContain("BERTH_PLUGIN_FOLDERS");
    }

    [Fact]
    public async Task A_folder_for_writing_on_what_nobody_writes_to_is_told()
    {
        // The kernel's own; nothing can be made there, not by root either.
        var folder = (await LookAsync([new OfferedFolder("out", "/proc/self", IsWritable: true)], [])).ShouldHaveSingleItem();
        folder.Reason.ShouldNotBeNull().ShouldContain("may not write there");
        folder.Remedy.ShouldNotBeNull().ShouldContain("':rw'");
    }

    [Theory]
    [InlineData("none", 0, "There is no such program.")]
    [InlineData("tool", 0b110_100_100, "It cannot be run.")]
    public async Task A_program_that_is_not_there_or_cannot_be_run_is_told(string name, int rights, string reason)
    {
        if (rights != 0)
            Rights(name, rights);
        (await LookAsync([], [new OfferedProgram("tool", Path.Combine(_root, name))])).ShouldHaveSingleItem().Reason.ShouldBe(reason);
    }

    [Fact]
    public async Task A_program_that_is_closed_to_others_is_told_where_it_runs_as_another_user()
    {
        Rights("tool", 0b111_000_000);
        var tool = (await LookAsync([], [new OfferedProgram("tool", Path.Combine(_root, "tool"))])).ShouldHaveSingleItem();
        if (Environment.IsPrivilegedProcess)
            tool.Reason.ShouldNotBeNull().ShouldContain("closed to others");
        else
            tool.IsUsable.ShouldBeTrue();
    }

    [Fact]
    public async Task Without_a_sandbox_no_program_can_be_used()
    {
        var states = await new OfferStates(new HostOptions { PluginPrograms = [new OfferedProgram("sh", "/bin/sh")] }, new Levels(isAvailable: false), TimeProvider.System).LookAsync();
        states.ShouldHaveSingleItem().Reason.ShouldNotBeNull().ShouldContain("which this machine does not give: no bwrap");
        states[0].Remedy.ShouldBe("install it");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static Task<IReadOnlyList<OfferState>> LookAsync(IReadOnlyList<OfferedFolder> folders, IReadOnlyList<OfferedProgram> programs) =>
        new OfferStates(new HostOptions { PluginFolders = folders, PluginPrograms = programs }, new Levels(isAvailable: true), TimeProvider.System).LookAsync();

    private void Rights(string name, int rights) => File.SetUnixFileMode(Path.Combine(_root, name), (UnixFileMode)rights);

    private sealed class Levels(bool isAvailable) : IIsolationLevels
    {
        public IReadOnlyList<IsolationAvailability> All => [new IsolationAvailability(IsolationLevels.Sandbox, isAvailable, "no bwrap", "install it")];

        public Task<IReadOnlyList<IsolationAvailability>> ProbeAsync(CancellationToken cancellationToken = default) => Task.FromResult(All);
    }
}
