using System.Text;
using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Packaging.Archive;
using Berth.Packaging.Signing;
using Berth.Registry.Publishing;
using Berth.Registry.Review;
using Berth.Registry.Tests.Keys;

namespace Berth.Registry.Tests.Review;

/// <summary>What a reviewer is shown of a version that the real stages held.</summary>
public abstract class ReviewDetailsTests(DatabaseKind kind) : SigningTestBase(kind)
{
    [Fact]
    public async Task A_reviewer_sees_what_changed_in_files_capabilities_dependencies_size_signer_and_findings()
    {
        using var laptop = await KeyOfAsync();
        using var other = await KeyOfAsync(algorithm: SignatureAlgorithm.ES512);
        var old = Package("1.0.0", ["network:http-client", "filesystem:read-config"], new() { ["Base"] = "^1.0.0", ["Gone"] = "^2.0.0", ["Same"] = "^3.0.0" }, ("dist/a.js", "document.cookie"), ("dist/same.js", "localStorage.x"));
        var now = Package("1.1.0", ["network:http-client", "filesystem:write-temp"], new() { ["Base"] = "^1.5.0", ["Fresh"] = "^4.0.0", ["Same"] = "^3.0.0" }, ("dist/b.js", "eval(x)"), ("dist/same.js", "localStorage.x"));
        (await PublishAsync(old, laptop)).ShouldBeOfType<PublishOutcome.Published>();
        (await PublishAsync(now, other)).ShouldBeOfType<PublishOutcome.Held>();

        var view = await ViewAsync("1.1.0");

        var difference = view.Difference.ShouldNotBeNull();
        difference.PreviousVersion.ShouldBe("1.0.0");
        (difference.Size, difference.PreviousSize).ShouldBe((now.Length, old.Length));
        difference.FilesAdded.ShouldBe([new FileChange("dist/b.js", 7, null)]);
        difference.FilesRemoved.ShouldBe([new FileChange("dist/a.js", null, 15)]);
        difference.FilesChanged.Select(file => file.Path).ShouldBe(["plugin.json"]);
        difference.FilesUnchanged.ShouldBe(1);
        difference.CapabilitiesAdded.ShouldBe(["filesystem:write-temp"]);
        difference.CapabilitiesRemoved.ShouldBe(["filesystem:read-config"]);
        difference.Dependencies.ShouldBe([new("Base", "^1.5.0", "^1.0.0"), new("Fresh", "^4.0.0", null), new("Gone", null, "^2.0.0")]);

        view.Findings.Select(Shown).ShouldBe([("scan.scripts.eval", "high", "dist/b.js"), ("scan.scripts.storage", "info", "dist/same.js")], ignoreOrder: true);
        view.FindingsNew.Select(Shown).ShouldBe([("scan.scripts.eval", "high", "dist/b.js")]);
        view.FindingsGone.Select(Shown).ShouldBe([("scan.scripts.cookies", "low", "dist/a.js")]);

        SignerOf(view.Signature).ShouldBe((other.Public.Thumbprint, "ES512", "valid"));
        SignerOf(view.PreviousSignature).ShouldBe((laptop.Public.Thumbprint, "ES256", "valid"));
    }

    [Fact]
    public async Task Of_a_first_version_everything_is_new()
    {
        var package = Package("1.0.0", ["network:http-client"], new() { ["Base"] = "^1.0.0" }, ("dist/b.js", "eval(x)"));
        (await PublishAsync(package, null)).ShouldBeOfType<PublishOutcome.Held>();

        var view = await ViewAsync("1.0.0");

        var difference = view.Difference.ShouldNotBeNull();
        (difference.PreviousVersion, difference.PreviousSize, difference.FilesUnchanged).ShouldBe((null, null, 0));
        difference.FilesAdded.Select(file => file.Path).ShouldBe(["dist/b.js", "plugin.json"], ignoreOrder: true);
        difference.CapabilitiesAdded.ShouldBe(["network:http-client"]);
        difference.Dependencies.ShouldBe([new("Base", "^1.0.0", null)]);
        view.FindingsNew.ShouldBe(view.Findings);
        view.FindingsGone.ShouldBeEmpty();
        view.PreviousSignature.ShouldBeNull();
        view.Signature.ShouldNotBeNull().GetProperty("signatures").GetArrayLength().ShouldBe(0, "nobody signed");
    }

    private async Task<ReviewView> ViewAsync(string version) => await Part<IReviewDetails>().OfAsync((await Part<IReviews>().OfVersionAsync("Notes", version)).ShouldNotBeNull());

    private async Task<PublishOutcome> PublishAsync(byte[] package, SigningKey? key) => await Publisher.PublishAsync(
        new PublishRequest(Ada, false, new MemoryStream(package)) { Signature = key is null ? null : Encoding.UTF8.GetString(await SignAsync(package, key)) });

    private static (string? Code, string? Severity, string? File) Shown(ReviewFinding finding) => (finding.Code, finding.Severity, finding.File);

    private static (string? Kid, string? Algorithm, string? Verdict) SignerOf(JsonElement? evidence)
    {
        var signature = evidence.ShouldNotBeNull().GetProperty("signatures").EnumerateArray().ShouldHaveSingleItem();
        return (signature.GetProperty("kid").GetString(), signature.GetProperty("algorithm").GetString(), signature.GetProperty("verdict").GetString());
    }

    private static byte[] Package(string version, string[] capabilities, Dictionary<string, string> dependencies, params (string Path, string Content)[] files)
    {
        using var output = new MemoryStream();
        PackageWriter.Write(output,
        [
            new PackageInput("plugin.json", JsonSerializer.SerializeToUtf8Bytes(new { name = "Notes", version, dependencies, security = new { capabilities } })),
            .. files.Select(file => new PackageInput(file.Path, Encoding.UTF8.GetBytes(file.Content))),
        ]);
        return output.ToArray();
    }

    public sealed class OnSqlite() : ReviewDetailsTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : ReviewDetailsTests(DatabaseKind.PostgreSql);
}
