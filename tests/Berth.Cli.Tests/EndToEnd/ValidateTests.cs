using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Berth.Cli.Output;
using Berth.Packaging.Archive;

namespace Berth.Cli.Tests.EndToEnd;

/// <summary>What <c>berth validate</c> says here, what the registry's <c>/validate</c> says, and what publishing does.</summary>
public sealed class ValidateTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    public static TheoryData<string> Broken => ["no archive", "bytes behind the end", "a manifest with several faults", "an entry that leaves the folder", "a manifest that is no JSON"];

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_broken_package_is_refused_with_the_same_codes_and_words_here_at_validate_and_at_publish(string what)
    {
        using var cli = new CliRun(server.Host, server.AdminToken);
        var file = Path.Combine(cli.Folder, "x.berth");
        await File.WriteAllBytesAsync(file, BytesOf(what));

        var here = await cli.RunAsync("validate", file, "--json");
        var there = await ProblemAsync(HttpMethod.Post, "/api/v1/validate", file);
        var publish = await ProblemAsync(HttpMethod.Put, "/api/v1/plugins/Broken/1.0.0", file);

        here.Exit.ShouldBe(ExitCode.Refused);
        var words = here.Json.GetProperty("faults").EnumerateArray().Select(fault => (Text(fault, "code"), Text(fault, "message"), Text(fault, "where"))).ToList();
        words.ShouldNotBeEmpty();
        Errors(there).ShouldBe(words);
        Errors(publish).ShouldBe(words);
        Text(there, "code").ShouldBe(words.Count == 1 ? words[0].Item1 : "package.refused");
    }

    [Fact]
    public async Task The_scanners_find_the_same_here_and_there()
    {
        using var cli = new CliRun(server.Host, server.AdminToken);
        var folder = PluginFolder.Create(cli, slug: "Found");
        await File.WriteAllTextAsync(Path.Combine(folder, "dist", "more.js"), "eval(x);\ndocument.cookie;\nconst x = 'AKIA" + "Z7QK3M5NP2RS8T4V';");

        var said = await cli.RunAsync("validate", folder, "--registry", "--json");
        var file = Path.Combine(cli.Folder, "found.berth");
        (await cli.RunAsync("pack", folder, "-o", file)).Exit.ShouldBe(ExitCode.Done);
        using var answer = await SendAsync(HttpMethod.Post, "/api/v1/validate", await File.ReadAllBytesAsync(file));
        var stages = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("stages");

        var here = Findings(said.Json.GetProperty("findings"));
        here.Select(finding => finding.Code).ShouldBe(["scan.scripts.eval", "scan.secrets.token", "scan.scripts.cookies"], ignoreOrder: true);
        stages.EnumerateArray().Single(stage => Text(stage, "stage") == "scan").GetProperty("evidence").GetProperty("verdicts").EnumerateArray()
            .SelectMany(verdict => Findings(verdict.GetProperty("findings"))).ShouldBe(here, ignoreOrder: true);
        said.Json.GetProperty("registry").GetProperty("stages").EnumerateArray().Select(stage => (Text(stage, "stage"), Text(stage, "verdict"), Text(stage, "reason")))
            .ShouldBe(stages.EnumerateArray().Select(stage => (Text(stage, "stage"), Text(stage, "verdict"), Text(stage, "reason"))));
    }

    [Fact]
    public async Task Where_the_author_has_to_sign_validating_with_the_signature_says_what_publishing_with_it_does()
    {
        using var admin = new CliRun(server.Host, server.AdminToken);
        using var ana = new CliRun(server.Host, (await admin.RunAsync("users", "add", "ana-signs", "--quiet")).Out.Trim());
        using var policy = await SendAsync(HttpMethod.Put, "/api/v1/trust/policies/community", """{"policy":{"required_signatures":["author"]},"reason":"Strict."}"""u8.ToArray(), "application/json");
        policy.StatusCode.ShouldBe(HttpStatusCode.OK, await policy.Content.ReadAsStringAsync());
        (await ana.RunAsync("keys", "new")).Exit.ShouldBe(ExitCode.Done);
        (await ana.RunAsync("keys", "register")).Exit.ShouldBe(ExitCode.Done);
        var package = await PluginFolder.PackAsync(ana, "Signed");
        var token = ana.Token!;

        var unsigned = await ana.RunAsync("validate", package, "--registry", "--json");
        (unsigned.Exit, Text(unsigned.Json.GetProperty("registry"), "code")).ShouldBe((ExitCode.Refused, "signature.required"));

        (await ana.RunAsync("sign", package)).Exit.ShouldBe(ExitCode.Done);
        var signed = await ana.RunAsync("validate", package, "--registry", "--json");
        signed.Exit.ShouldBe(ExitCode.Done, signed.Out + signed.Error);
        Text(signed.Json.GetProperty("registry"), "state").ShouldBe("visible");

        // Whichever comes first in the form, and at a dry run as well.
        foreach (var path in new[] { "/api/v1/validate", "/api/v1/plugins?dry_run=true" })
        {
            foreach (var isBefore in new[] { true, false })
            {
                using var form = Form(await File.ReadAllBytesAsync(package), await File.ReadAllTextAsync(package + ".sig"), isBefore);
                using var answer = await SendAsync(HttpMethod.Post, path, form, token);
                answer.StatusCode.ShouldBe(HttpStatusCode.OK, $"{path}, signature first: {isBefore}: {await answer.Content.ReadAsStringAsync()}");
            }
        }

        var other = await PluginFolder.PackAsync(ana, "Signed", "1.1.0");
        var wrong = await ana.RunAsync("validate", other, "--registry", "--signature", package + ".sig", "--json");
        var refused = await ana.RunAsync("publish", other, "--signature", package + ".sig", "--json");
        (wrong.Exit, refused.Exit).ShouldBe((ExitCode.Refused, ExitCode.Refused));
        Text(refused.ErrorJson.GetProperty("error"), "code").ShouldBe(Text(wrong.Json.GetProperty("registry"), "code"));
        (await ana.RunAsync("info", "Signed")).Exit.ShouldBe(ExitCode.NotFound, "nothing was kept of all this");
        (await ana.RunAsync("publish", package, "--signature", package + ".sig")).Exit.ShouldBe(ExitCode.Done);
    }

    private static byte[] BytesOf(string what) => what switch
    {
        "no archive" => "not a package"u8.ToArray(),
        "bytes behind the end" => [.. Packed(("plugin.json", """{"name":"Broken","version":"1.0.0"}""")), .. "more"u8],
        "a manifest with several faults" => Packed(("plugin.json", """{"name":"1","version":"v1","unknownMember":1,"security":{"capabilities":["no:such"]}}"""), ("dist/a.js", "1")),
        "an entry that leaves the folder" => Renamed(Packed(("plugin.json", """{"name":"Broken","version":"1.0.0"}"""), ("dist/a.js", "1")), "dist/a.js"u8, "../../a.js"u8),
        _ => Packed(("plugin.json", "{")),
    };

    private static byte[] Packed(params (string Path, string Text)[] files)
    {
        using var output = new MemoryStream();
        PackageWriter.Write(output, files.Select(file => new PackageInput(file.Path, Encoding.UTF8.GetBytes(file.Text))));
        return output.ToArray();
    }

    // In the local header and in the directory; a name of the same length, so that all offsets stay true.
    private static byte[] Renamed(byte[] zip, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        to = to[^from.Length..];
        for (var at = zip.AsSpan().IndexOf(from); at >= 0; at = zip.AsSpan().IndexOf(from))
        {
            to.CopyTo(zip.AsSpan(at));
        }

        return zip;
    }

    private static MultipartFormDataContent Form(byte[] package, string signature, bool isSignatureFirst)
    {
        var form = new MultipartFormDataContent();
        if (isSignatureFirst)
        {
            form.Add(new StringContent(signature), "signature", "x.sig");
        }

        form.Add(new ByteArrayContent(package), "plugin", "x.berth");
        if (!isSignatureFirst)
        {
            form.Add(new StringContent(signature), "signature", "x.sig");
        }

        return form;
    }

    private async Task<JsonElement> ProblemAsync(HttpMethod method, string path, string file)
    {
        using var answer = await SendAsync(method, path, await File.ReadAllBytesAsync(file));
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, byte[] body, string type = "application/octet-stream")
    {
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        return await SendAsync(method, path, content, server.AdminToken);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent content, string token)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(method, server.Registry + path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Accept.ParseAdd("application/problem+json");
        return await client.SendAsync(request);
    }

    private static List<(string? Code, string? Message, string? Where)> Errors(JsonElement problem) =>
        [.. problem.GetProperty("errors").EnumerateArray().Select(error => (Text(error, "code"), Text(error, "message"), FailureReason.Place(Text(error, "entry"), Text(error, "pointer"))))];

    private static List<(string? Code, string? Severity, string? File, int? Line, string? Explanation, string? Remedy)> Findings(JsonElement findings) =>
    [
        .. findings.EnumerateArray().Select(finding => (
            Text(finding, "code"), Text(finding, "severity"), Text(finding, "file"), finding.TryGetProperty("line", out var line) ? line.GetInt32() : (int?)null, Text(finding, "explanation"), Text(finding, "remedy"))),
    ];

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
