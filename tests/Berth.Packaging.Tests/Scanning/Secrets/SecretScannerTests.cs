using Berth.Packaging.Archive;
using Berth.Packaging.Tests.Scanning.Il;

namespace Berth.Packaging.Tests.Scanning.Secrets;

public sealed class SecretScannerTests
{
    // Put together here, so that no scanner of this repository takes them for real ones.
    private const string Random = "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5";

    public static TheoryData<string, string, string> Secrets() => new()
    {
        { "berth_pat_" + Random, "token", "Berth" },
        { "AKIA" + "Z7QK3M5NP2RS8T4V", "token", "AWS" },
        { "gh" + "p_" + Random, "token", "GitHub" },
        { "github" + "_pat_" + Random + Random, "token", "GitHub" },
        { "glpat-" + Random[..20], "token", "GitLab" },
        { "npm" + "_" + Random, "token", "npm" },
        { "xoxb-" + "12345-67890-" + Random, "token", "Slack" },
        { "sk_" + "live_" + Random, "token", "Stripe" },
        { "AIza" + Random[..35], "token", "Google" },
        { "-----BEGIN RSA " + "PRIVATE KEY-----\n" + Random + Random + "\n", "private_key", "private key" },
        { "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0." + Random, "jwt", "JWT" },
        { "postgres://ada:" + "Kx8sQ2vL" + "@db.example/x", "password_in_address", "password" },
    };

    [Theory]
    [MemberData(nameof(Secrets))]
    public async Task Secrets_are_found_where_they_are_and_never_repeated(string secret, string code, string kind)
    {
        var report = await Scans.RunAsync(Packages.File("dist/index.js", $"\nconst x = `{secret}`;"));

        var finding = report.Findings.Where(found => found.Code == "scan.secrets." + code).ShouldHaveSingleItemOrMore();
        finding.Line.ShouldBe(2);
        finding.Column.ShouldNotBeNull().ShouldBeGreaterThan(10);
        finding.Explanation.ShouldContain(kind);
        foreach (var found in report.Findings)
            (found.Explanation + found.Remedy).ShouldNotContain(secret[10..].TrimEnd()[..6]);
    }

    [Theory]
    [InlineData("const apiKey = \"" + Random + "\"")]
    [InlineData("{\"client_secret\": \"" + Random + "\"}")]
    [InlineData("password='" + Random + "'")]
    public async Task Random_texts_with_names_of_secrets_are_found(string text)
    {
        var finding = (await Scans.OfFileAsync("dist/data.json", text)).Single(found => found.Code == "scan.secrets.assignment");

        finding.Explanation.ShouldNotContain(Random);
    }

    [Theory]
    [InlineData("password = \"changeme-changeme-1\"")]
    [InlineData("const token = process.env.TOKEN; password: \"\"; apiKey: \"<your key here>\"")]
    [InlineData("AKIAIOSFODNN7EXAMPLE")]
    [InlineData("-----BEGIN PRIVATE KEY-----' is how it begins")]
    [InlineData("https://example.org/a@b:c and mailto:a@b.c and https://example.org:8080/x@y")]
    [InlineData("passwordLabel: \"Type your password here\"")]
    public async Task What_only_looks_like_a_secret_is_not_one(string text) =>
        (await Scans.OfFileAsync("docs.txt", text)).ShouldBeEmpty();

    [Fact]
    public async Task Secrets_in_the_texts_of_assemblies_are_found()
    {
        var assembly = Compiled.Method($"return \"{"gh" + "p_" + Random}\";");

        (await Scans.OfAssemblyAsync(assembly)).ShouldContain(found => found.Code == "scan.secrets.token" && found.File == "lib/net10.0/Some.dll");
    }

    [Theory]
    [InlineData("src/.env")]
    [InlineData("src/.npmrc")]
    [InlineData("src/server.pfx")]
    public async Task Files_that_hold_secrets_are_found_by_their_names(string path) =>
        (await Scans.RunAsync(new PackageInput(path, new byte[] { 1, 2, 3 }))).Findings.ShouldContain(found => found.Code == "scan.secrets.file");
}
