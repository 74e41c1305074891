using System.IO.Compression;
using System.Text;
using Berth.Data.Sessions;
using Berth.Registry.Advisories;
using Berth.Registry.Tests.Scanning;

namespace Berth.Registry.Tests.Advisories;

public abstract class AdvisoryStoreTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    private IAdvisories Advisories => Part<IAdvisories>();

    [Fact]
    public async Task An_import_is_compared_with_what_is_already_published()
    {
        await ImportAsync(ScanPackages.Advisory("GHSA-other", last: "1.0.0"));
        await PublishedAsync(ScanPackages.Of("Notes", "1.0.0", ("package-lock.json", ScanPackages.Lock)));
        (await Advisories.AffectedAsync(null, 10, CancellationToken.None)).ShouldBeEmpty();

        var result = await ImportAsync(ScanPackages.Advisory());

        (result.Imported, result.Affected).ShouldBe((1, 1));
        var affected = (await Advisories.AffectedAsync(null, 10, CancellationToken.None)).ShouldHaveSingleItem();
        (affected.Slug, affected.Version, affected.AdvisoryId, affected.UsedVersion, affected.Severity).ShouldBe(("Notes", "1.0.0", "GHSA-test", "4.17.20", "critical"));
        (await Database.ReadAsync(session => session.QueryAsync<string>("SELECT subject FROM outbox WHERE type = 'berth.advisory.affects_version'"))).ShouldBe(["Notes@1.0.0"]);
        // Reported, and held by the next scan only if the policy says so.
        (await Catalog.FindAsync("Notes")).ShouldNotBeNull();
        (await Advisories.AffectedAsync(affected.Key, 10, CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_import_again_changes_nothing_and_a_newer_state_replaces_the_older()
    {
        await ImportAsync(ScanPackages.Advisory("GHSA-other", last: "1.0.0"));
        await PublishedAsync(ScanPackages.Of("Notes", "1.0.0", ("package-lock.json", ScanPackages.Lock)));
        await ImportAsync(ScanPackages.Advisory());

        (await ImportAsync(ScanPackages.Advisory())).ShouldBe(new AdvisoryImport(0, 1, 0, 0, 0));
        (await ImportAsync(ScanPackages.Advisory(modified: "2025-01-01T00:00:00Z", last: "9.0.0"))).Unchanged.ShouldBe(1);
        (await CountAsync("outbox")).ShouldBeGreaterThan(0);

        (await ImportAsync(ScanPackages.Advisory(modified: "2026-02-01T00:00:00Z", extra: ",\"withdrawn\":\"2026-02-01T00:00:00Z\""))).Imported.ShouldBe(1);

        (await Advisories.AffectedAsync(null, 10, CancellationToken.None)).ShouldBeEmpty();
        (await Advisories.ListAsync("lodash", null, 10, CancellationToken.None)).Single(advisory => advisory.Id == "GHSA-test").Withdrawn.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_dry_run_only_counts()
    {
        (await Advisories.ImportAsync(ScanPackages.Advisory(), Ada, isDryRun: true, CancellationToken.None)).Imported.ShouldBe(1);

        (await CountAsync("advisory")).ShouldBe(0);
    }

    [Fact]
    public async Task A_ZIP_of_advisories_is_read_file_by_file_and_what_is_none_is_counted()
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < 250; i++)
                Add(archive, $"GHSA-{i:000}.json", ((MemoryStream)ScanPackages.Advisory($"GHSA-{i:000}")).ToArray());
            Add(archive, "broken.json", "{"u8);
            Add(archive, "go.json", """{"id":"GO-1","modified":"2026-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"Go","name":"x"}}]}"""u8);
            Add(archive, "readme.txt", "x"u8);
        }

        zip.Position = 0;
        (await ImportAsync(zip)).ShouldBe(new AdvisoryImport(250, 0, 1, 1, 0));
        (await Advisories.ListAsync(null, "GHSA-247", 10, CancellationToken.None)).Select(advisory => advisory.Id).ShouldBe(["GHSA-248", "GHSA-249"]);
    }

    [Theory]
    [InlineData("neither")]
    [InlineData("PK\u0003\u0004 but no archive")]
    public async Task What_is_no_import_is_refused(string content) =>
        await Should.ThrowAsync<InvalidDataException>(() => ImportAsync(new MemoryStream(Encoding.UTF8.GetBytes(content))));

    private static void Add(ZipArchive archive, string name, ReadOnlySpan<byte> content)
    {
        using var entry = archive.CreateEntry(name).Open();
        entry.Write(content);
    }

    private Task<AdvisoryImport> ImportAsync(Stream content) => Advisories.ImportAsync(content, Ada, isDryRun: false, CancellationToken.None);

    public sealed class OnSqlite() : AdvisoryStoreTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : AdvisoryStoreTests(DatabaseKind.PostgreSql);
}
