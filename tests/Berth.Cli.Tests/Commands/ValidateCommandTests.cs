using System.Text;
using Berth.Cli.Output;

namespace Berth.Cli.Tests.Commands;

public sealed class ValidateCommandTests : ScriptedServerTests
{
    private const string Route = "/api/v1/validate";
    private const string Passes = """{"valid":true,"state":"visible","stages":[{"stage":"signature","verdict":"passed","rule_set":1},{"stage":"scan","verdict":"passed","rule_set":1}]}""";

    [Fact]
    public async Task A_valid_folder_is_valid_without_a_package_being_left()
    {
        var result = await Cli.RunAsync("validate", PluginFolder.Create(Cli));
        result.Exit.ShouldBe(ExitCode.Done);
        result.Out.ShouldStartWith("Notes 1.0.0 is valid");
        Directory.GetFiles(Cli.Folder, "*.berth", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\neval(x)", "scan.scripts.eval", ExitCode.Refused)]
    [InlineData("document.cookie", "scan.scripts.cookies", ExitCode.Done)]
    internal async Task What_the_scanners_find_is_said_and_ends_as_a_scan_does(string script, string code, ExitCode exit)
    {
        var folder = PluginFolder.Create(Cli);
        await File.WriteAllTextAsync(Path.Combine(folder, "dist", "more.js"), script);
        var package = Path.Combine(Cli.Folder, "x.berth");
        (await Cli.RunAsync("pack", folder, "-o", package)).Exit.ShouldBe(ExitCode.Done);

        var result = await Cli.RunAsync("validate", folder, "--json");

        result.Exit.ShouldBe(exit);
        result.Json.GetProperty("valid").GetBoolean().ShouldBeTrue("it can be read; what it does is another matter");
        result.Json.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("code").GetString()).ShouldBe([code]);
        (await Cli.RunAsync("scan", package)).Exit.ShouldBe(exit);
        Server.Requests.ShouldBeEmpty("nobody is asked who is not meant to be, signed in or not");
    }

    [Fact]
    public async Task The_registry_is_asked_with_the_signature_beside_the_package()
    {
        Server.On("POST", Route, 200, Passes);
        var package = await PluginFolder.PackAsync(Cli);
        (await Cli.RunAsync("keys", "new")).Exit.ShouldBe(ExitCode.Done);
        (await Cli.RunAsync("sign", package)).Exit.ShouldBe(ExitCode.Done);

        var result = await Cli.RunAsync("validate", package, "--registry");

        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Out.ShouldContain("The registry would publish it.");
        result.Error.ShouldContain("signature: passed");
        var sent = Encoding.Latin1.GetString(Server.Last.Body);
        sent.ShouldContain("name=signature");
        sent.ShouldContain(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(package)));
        sent.ShouldContain(System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(package + ".sig")).RootElement.GetProperty("signatures")[0].GetProperty("signature").GetString()!);
    }

    [Fact]
    public async Task A_folder_is_sent_as_the_package_it_becomes()
    {
        Server.On("POST", Route, 200, Passes);
        var package = await PluginFolder.PackAsync(Cli);

        (await Cli.RunAsync("validate", PluginFolder.Create(Cli), "--registry", "--json")).Json.GetProperty("registry").GetProperty("state").GetString().ShouldBe("visible");

        Server.Last.Body.ShouldBe(await File.ReadAllBytesAsync(package));
    }

    [Fact]
    public async Task What_the_registry_would_refuse_ends_with_7_and_all_its_reasons()
    {
        Server.Fails("POST", Route, 422, "signature.required", "Plugins of trust level 'community' must be signed.", ",\"errors\":[{\"code\":\"signature.required\",\"message\":\"Sign it.\"}]");
        var package = await PluginFolder.PackAsync(Cli);

        var shown = await Cli.RunAsync("validate", package, "--registry");
        var data = await Cli.RunAsync("validate", package, "--registry", "--json");

        (shown.Exit, data.Exit).ShouldBe((ExitCode.Refused, ExitCode.Refused));
        shown.Error.ShouldContain("signature.required: Sign it.");
        var verdict = data.Json.GetProperty("registry");
        (verdict.GetProperty("state").GetString(), verdict.GetProperty("code").GetString()).ShouldBe(("refused", "signature.required"));
        verdict.GetProperty("faults")[0].GetProperty("message").GetString().ShouldBe("Sign it.");
        data.Json.GetProperty("valid").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData(409, "version.exists", ExitCode.Conflict)]
    [InlineData(403, "slug.taken", ExitCode.NotAllowed)]
    internal async Task Who_else_has_the_version_or_the_name_is_a_verdict_too(int status, string code, ExitCode exit)
    {
        Server.Fails("POST", Route, status, code);

        var result = await Cli.RunAsync("validate", await PluginFolder.PackAsync(Cli), "--registry", "--json");

        result.Exit.ShouldBe(exit);
        result.Json.GetProperty("registry").GetProperty("code").GetString().ShouldBe(code);
    }

    [Theory]
    [InlineData("held", ExitCode.Refused)]
    [InlineData("visible", ExitCode.Done)]
    internal async Task When_the_registry_is_asked_its_policy_decides_how_it_ends(string state, ExitCode exit)
    {
        Server.On("POST", Route, 200, $$"""{"valid":true,"state":"{{state}}","stages":[{"stage":"scan","verdict":"{{(state == "held" ? "held" : "passed")}}","rule_set":1}]}""");
        var folder = PluginFolder.Create(Cli);
        await File.WriteAllTextAsync(Path.Combine(folder, "dist", "more.js"), "eval(x)");

        var result = await Cli.RunAsync("validate", folder, "--registry", "--json");

        result.Exit.ShouldBe(exit);
        result.Json.GetProperty("registry").GetProperty("stages")[0].GetProperty("stage").GetString().ShouldBe("scan");
    }

    [Fact]
    public async Task A_registry_that_lets_nobody_in_has_given_no_verdict()
    {
        Server.Fails("POST", Route, 401, "auth.required");
        var result = await Cli.RunAsync("validate", await PluginFolder.PackAsync(Cli), "--registry", "--json");
        result.Exit.ShouldBe(ExitCode.NotAllowed);
        result.Out.ShouldBeEmpty();
        result.ErrorJson.GetProperty("error").GetProperty("code").GetString().ShouldBe("auth.required");
    }

    [Fact]
    public async Task What_cannot_be_read_here_is_not_sent_and_a_signature_is_sent_or_not_given()
    {
        var file = Path.Combine(Cli.Folder, "x.berth");
        await File.WriteAllTextAsync(file, "not a package");

        (await Cli.RunAsync("validate", file, "--registry")).Exit.ShouldBe(ExitCode.Refused);
        (await Cli.RunAsync("validate", file, "--signature", file)).Exit.ShouldBe(ExitCode.Usage);

        Server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Bytes_that_are_no_archive_end_with_7_and_a_reason()
    {
        var file = Path.Combine(Cli.Folder, "x.berth");
        await File.WriteAllTextAsync(file, "not a package");
        var result = await Cli.RunAsync("validate", file);
        result.Exit.ShouldBe(ExitCode.Refused);
        result.Error.ShouldContain("archive.");
    }

    [Fact]
    public async Task The_JSON_verdict_of_a_refused_package_is_data_with_all_faults()
    {
        var result = await Cli.RunAsync("validate", PluginFolder.Create(Cli, version: "v1", more: ",\"unknownMember\":1"), "--json");
        result.Exit.ShouldBe(ExitCode.Refused);
        result.Json.GetProperty("valid").GetBoolean().ShouldBeFalse();
        result.Json.GetProperty("faults").GetArrayLength().ShouldBeGreaterThanOrEqualTo(2);
    }

    [Fact]
    public async Task What_is_not_there_ends_with_3() =>
        (await Cli.RunAsync("validate", Path.Combine(Cli.Folder, "nothing.berth"))).Exit.ShouldBe(ExitCode.NotFound);
}
