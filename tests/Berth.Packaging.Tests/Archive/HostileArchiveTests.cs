using Berth.Packaging.Archive;

namespace Berth.Packaging.Tests.Archive;

public sealed class HostileArchiveTests
{
    public static TheoryData<string> Names => [.. HostileArchives.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task R71_An_archive_that_breaks_one_rule_is_refused_with_the_code_of_that_rule(string name)
    {
        var (bytes, code) = HostileArchives.All[name];

        var outcome = await Packages.ReadAsync(bytes, HostileArchives.Limits);

        outcome.Package.ShouldBeNull();
        outcome.Faults.Select(fault => fault.Code).Distinct().ShouldBe([code], customMessage: name);
        outcome.Faults.ShouldAllBe(fault => fault.Message.Length > 20 && (fault.Entry == null || !fault.Entry.Any(char.IsControl)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task R05_Nothing_of_a_hostile_archive_is_extracted_as_another_package(string name)
    {
        var accepted = await Packages.AcceptAsync(new ZipDraft(HostileArchives.Manifest, HostileArchives.Plain).Build());
        using var folder = new TemporaryFolder();
        var staging = folder["stage/inner"];

        await Should.ThrowAsync<InvalidDataException>(
            () => PackageReader.ExtractAsync(new MemoryStream(HostileArchives.All[name].Bytes), accepted, staging, HostileArchives.Limits));

        // What was extracted before the fault lies in staging and belongs to the accepted package.
        folder.Files().ShouldBeSubsetOf([Path.Combine("stage", "inner", "plugin.json"), Path.Combine("stage", "inner", "dist", "a.js")]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task R71_No_single_file_is_read_from_an_archive_with_a_broken_directory(string name)
    {
        var (bytes, _) = HostileArchives.All[name];
        foreach (var path in new[] { "../evil.txt", "lib/net10.0/evil.dll", "lib/a.dll" })
        {
            try
            {
                (await PackageReader.ReadFileAsync(new MemoryStream(bytes), path, HostileArchives.Limits)).ShouldBeNull();
            }
            catch (InvalidDataException)
            {
                // The other right answer.
            }
        }
    }

    [Fact]
    public async Task The_same_archive_without_a_fault_is_accepted()
    {
        var outcome = await Packages.ReadAsync(new ZipDraft(HostileArchives.Manifest, HostileArchives.Plain).Build(), HostileArchives.Limits);

        outcome.IsAccepted.ShouldBeTrue();
    }

    [Fact]
    public async Task All_names_that_break_a_rule_are_reported_at_once_and_the_manifest_with_them()
    {
        var bytes = new ZipDraft(
            new ZipDraftEntry("plugin.json", """{"name":"Notes","version":"v1"}"""), new("../a", "x"), new("CON", "x"), new("b\\c:", "x")).Build();

        var outcome = await Packages.ReadAsync(bytes);

        outcome.Faults.Select(fault => (fault.Code, fault.Entry)).ShouldBe(
            [
                (ArchiveFaultCodes.PathTraversal, "../a"),
                (ArchiveFaultCodes.PathDevice, "CON"),
                (ArchiveFaultCodes.PathBackslash, "b\\c:"),
                (ArchiveFaultCodes.PathColon, "b\\c:"),
                ("manifest.version.invalid", "plugin.json"),
            ]);
        outcome.Faults[^1].Pointer.ShouldBe("/version");
    }

    [Fact]
    public async Task R06_A_bomb_costs_neither_memory_nor_disk()
    {
        // 64 MB of zeros in 64 KB, once with a directory that declares one kilobyte.
        var bomb = new ZipDraftEntry("dist/a.bin", new byte[64 * 1024 * 1024]);
        var lying = new ZipDraft(HostileArchives.Manifest, bomb with { Size = 1024 }).Build();
        var honest = new ZipDraft(HostileArchives.Manifest, bomb).Build();
        await Packages.ReadAsync(lying);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var lie = await Packages.ReadAsync(lying);
        var truth = await Packages.ReadAsync(honest);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(256 * 1024);
        lie.Faults.ShouldHaveSingleItem().Code.ShouldBe(ArchiveFaultCodes.EntrySize);
        truth.Faults.Select(fault => fault.Code).ShouldBe([ArchiveFaultCodes.Ratio, ArchiveFaultCodes.EntryRatio]);
    }

    [Fact]
    public async Task R06_Memory_does_not_grow_with_what_an_honest_package_unpacks_to()
    {
        var noise = new byte[24 * 1024 * 1024];
        new Random(5).NextBytes(noise);
        var package = Packages.Pack(Packages.Manifest(), new PackageInput("assets/noise.bin", noise), new PackageInput("assets/zeros.bin", new byte[2_000_000]));
        var limits = PackageLimits.Default with { MaxRatio = 10_000 };
        (await Packages.ReadAsync(package, limits)).IsAccepted.ShouldBeTrue();
        var before = GC.GetAllocatedBytesForCurrentThread();

        await Packages.ReadAsync(package, limits);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(256 * 1024);
    }

    [Fact]
    public async Task R05_A_package_that_was_swapped_after_it_was_accepted_writes_nothing_outside_its_folder()
    {
        // Even with the names of the hostile archive among the expected files, the names are judged again.
        var hostile = new ZipDraft(HostileArchives.Manifest, new ZipDraftEntry("../evil.txt", "x")).Build();
        var accepted = await Packages.AcceptAsync(Packages.Pack(Packages.Manifest()));
        var forged = accepted with { Files = [.. accepted.Files, new PackageFile("../evil.txt", 1, new string('0', 64))] };
        using var folder = new TemporaryFolder();

        await Should.ThrowAsync<InvalidDataException>(() => PackageReader.ExtractAsync(new MemoryStream(hostile), forged, folder["stage"], PackageLimits.Default));

        folder.Files().ShouldBeEmpty();
    }
}
