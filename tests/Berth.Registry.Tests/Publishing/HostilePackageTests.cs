using System.Text;
using Berth.Data.Sessions;
using Berth.Packaging.Archive;
using Berth.Packaging.Tests.Archive;
using Berth.Registry.Publishing;

namespace Berth.Registry.Tests.Publishing;

/// <summary>Every archive that the strict reader refuses is refused by a publish, and leaves neither a file nor a row.</summary>
public sealed class HostilePackageTests() : RegistryTestBase(DatabaseKind.Sqlite)
{
    protected override PackageLimits Limits => HostileArchives.Limits;

    [Fact]
    public async Task R71_A_hostile_archive_is_refused_with_its_code_and_nothing_is_kept()
    {
        HostileArchives.All.ShouldNotBeEmpty();
        foreach (var (name, (bytes, code)) in HostileArchives.All)
        {
            var outcome = await PublishAsync(bytes, administrator: true);

            if (bytes.Length > Limits.MaxPackageBytes)
                outcome.ShouldBe(new PublishOutcome.TooLarge(Limits.MaxPackageBytes), name);
            else
                outcome.ShouldBeOfType<PublishOutcome.Refused>(name).Faults.Select(f => f.Code).ShouldContain(code, name);
        }

        await ShouldHaveKeptNothingAsync();
    }

    [Fact]
    public async Task Hostile_archives_at_once_do_not_disturb_an_honest_one()
    {
        var honest = Task.Run(() => PublishedAsync(TestPackage.Create()));
        await Task.WhenAll(HostileArchives.All.Values.Select(h => Task.Run(() => PublishAsync(h.Bytes))));

        (await DownloadAsync((await honest).Digest)).ShouldBe(TestPackage.Create());
        StoredFiles().ShouldHaveSingleItem();
        (await CountAsync("package")).ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"name":"../evil","version":"1.0.0"}""")]
    [InlineData("""{"name":"a/b","version":"1.0.0"}""")]
    [InlineData("""{"name":"Notes","version":"1.0"}""")]
    [InlineData("""{"name":"Notes","version":"1.0.0","name":"Other"}""")]
    [InlineData("""{"name":"Notes","version":"1.0.0","unknown":1}""")]
    [InlineData("""{"name":"N\u0000tes","version":"1.0.0"}""")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task R02_A_manifest_that_is_not_valid_is_refused_and_nothing_is_kept(string manifest)
    {
        using var package = new MemoryStream();
        PackageWriter.Write(package, [new PackageInput("plugin.json", Encoding.UTF8.GetBytes(manifest))]);

        (await PublishAsync(package.ToArray())).ShouldBeOfType<PublishOutcome.Refused>().Faults.ShouldNotBeEmpty();

        await ShouldHaveKeptNothingAsync();
    }

    private async Task ShouldHaveKeptNothingAsync()
    {
        StoredFiles().ShouldBeEmpty();
        (await CountAsync("package")).ShouldBe(0);
        (await CountAsync("package_version")).ShouldBe(0);
        (await CountAsync("audit")).ShouldBe(0);
    }
}
