using System.IO.Compression;
using System.Text;
using Berth.Cli.Output;
using Berth.Packaging.Archive;

namespace Berth.Cli.Tests.EndToEnd;

/// <summary>Advisories as they come, in a folder and in a ZIP, and which published versions they name.</summary>
public sealed class AdvisoriesTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task A_folder_and_a_ZIP_of_advisories_are_imported_and_what_they_name_is_listed()
    {
        using var admin = new CliRun(server.Host, server.AdminToken);
        // A folder, as a clone of a database of advisories has it: with folders in it, and with files that are none.
        var folder = Path.Combine(admin.Folder, "osv");
        Directory.CreateDirectory(Path.Combine(folder, "npm", "2026"));
        await File.WriteAllTextAsync(Path.Combine(folder, "GHSA-one.json"), Advisory("GHSA-one", "left-pad", "1.0.0"));
        await File.WriteAllTextAsync(Path.Combine(folder, "npm", "2026", "GHSA-two.json"), Advisory("GHSA-two", "lodash", "4.0.0"));
        await File.WriteAllTextAsync(Path.Combine(folder, "npm", "broken.json"), "{");
        await File.WriteAllTextAsync(Path.Combine(folder, "README.md"), "# Advisories");

        (await admin.RunAsync("advisories", "import", folder, "--dry-run", "--json")).Json.GetProperty("imported").GetInt32().ShouldBe(2);
        (await admin.RunAsync("advisories", "list")).Lines.ShouldBeEmpty("a dry run keeps nothing");
        var first = (await admin.RunAsync("advisories", "import", folder, "--json")).Json;
        (first.GetProperty("imported").GetInt32(), first.GetProperty("unreadable").GetInt32(), first.GetProperty("affected").GetInt32()).ShouldBe((2, 1, 0));

        (await admin.RunAsync("publish", Package(admin))).Exit.ShouldBe(ExitCode.Done);
        (await admin.RunAsync("advisories", "affected")).Lines.ShouldBeEmpty();

        var zip = Path.Combine(admin.Folder, "all.zip");
        using (var archive = await ZipFile.OpenAsync(zip, ZipArchiveMode.Create))
        {
            Add(archive, "GHSA-two.json", Advisory("GHSA-two", "lodash", "4.0.0"));
            Add(archive, "GHSA-three.json", Advisory("GHSA-three", "lodash", "4.17.20"));
            Add(archive, "GO-1.json", """{"id":"GO-1","modified":"2026-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"Go","name":"x"}}]}""");
        }

        var second = await admin.RunAsync("advisories", "import", zip, "--wait");
        second.Exit.ShouldBe(ExitCode.Done, second.Error);
        second.Out.ShouldContain("Imported 1 advisories; 1 were known, 1 are about neither npm nor NuGet, 0 could not be read. 1 published versions are affected");
        second.Out.ShouldContain("1 versions were judged again: 1 are held now, 0 are visible again.");
        (await admin.RunAsync("info", "Locked")).Exit.ShouldBe(ExitCode.NotFound, "what was visible waits for a reviewer");

        (await admin.RunAsync("advisories", "affected")).Lines.ShouldBe(["Locked\t1.0.0\tGHSA-three\tcritical\tnpm lodash 4.17.20"]);
        var affected = (await admin.RunAsync("advisories", "affected", "--json")).Json.GetProperty("affected").EnumerateArray().ShouldHaveSingleItem();
        (affected.GetProperty("slug").GetString(), affected.GetProperty("usedVersion").GetString()).ShouldBe(("Locked", "4.17.20"));
        (await admin.RunAsync("advisories", "list", "--package", "lodash", "--quiet")).Lines.ShouldBe(["GHSA-three", "GHSA-two"]);
        (await admin.RunAsync("advisories", "list", "--quiet")).Lines.ShouldBe(["GHSA-one", "GHSA-three", "GHSA-two"]);

        using var ana = new CliRun(server.Host, (await admin.RunAsync("users", "add", "ana-advisories", "--quiet")).Out.Trim());
        (await ana.RunAsync("advisories", "import", zip)).Exit.ShouldBe(ExitCode.NotAllowed);
        (await ana.RunAsync("advisories", "affected")).Exit.ShouldBe(ExitCode.NotAllowed);
    }

    [Fact]
    public async Task What_has_no_advisory_in_it_is_refused_with_a_reason()
    {
        using var admin = new CliRun(server.Host, server.AdminToken);
        var folder = Directory.CreateDirectory(Path.Combine(admin.Folder, "empty")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "a.json"), "{}");

        var result = await admin.RunAsync("advisories", "import", folder);

        result.Exit.ShouldBe(ExitCode.Refused);
        result.Error.ShouldContain("advisory.content");
    }

    private static string Package(CliRun cli)
    {
        var file = Path.Combine(cli.Folder, "Locked-1.0.0.berth");
        using var output = File.Create(file);
        PackageWriter.Write(output,
        [
            new PackageInput("plugin.json", """{"name":"Locked","version":"1.0.0"}"""u8.ToArray()),
            new PackageInput("package-lock.json", """{"lockfileVersion":3,"packages":{"":{},"node_modules/lodash":{"version":"4.17.20"}}}"""u8.ToArray()),
        ]);
        return file;
    }

    private static string Advisory(string id, string package, string last) =>
        $$$"""{"id":"{{{id}}}","modified":"2026-01-01T00:00:00Z","summary":"Bad","database_specific":{"severity":"CRITICAL"},"affected":[{"package":{"ecosystem":"npm","name":"{{{package}}}"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"last_affected":"{{{last}}}"}]}]}]}""";

    private static void Add(ZipArchive archive, string name, string content)
    {
        using var entry = archive.CreateEntry(name).Open();
        entry.Write(Encoding.UTF8.GetBytes(content));
    }
}
