using System.Text.Json;
using Berth.Cli.Output;

namespace Berth.Cli.Tests.Commands;

public sealed class SharingCommandsTests : ScriptedServerTests
{
    private const string Id = "0192f0c1a2b37c4d8e5f60718293a4b5";
    private const string Offer = $$"""{"id":"{{Id}}","from":{"id":"1","username":"ada"},"to":"bob","plugin_slug":"Notes","version":"1.2.0","state":"offered","expires_at":"2027-01-01T00:00:00Z"}""";

    [Fact]
    public async Task Share_offers_to_everybody_named()
    {
        Server.On("POST", "/api/v1/plugins/Notes/share", 201, $$$"""{"status":"success","data":{"shares":[{{{Offer}}}]}}""");
        var result = await Cli.RunAsync("share", "Notes", "bob", "cyd");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Out.ShouldContain(Id);
        Posted().GetProperty("users").EnumerateArray().Select(user => user.GetString()).ShouldBe(["bob", "cyd"]);
    }

    [Fact]
    public async Task Shares_lists_what_was_got_and_made()
    {
        Server.On("GET", "/api/v1/plugins/shares", 200, $$$"""{"received":[{{{Offer}}}],"given":[{{{Offer}}}],"next_cursor":null}""");
        var result = await Cli.RunAsync("shares", "list");
        result.Lines.Count.ShouldBe(2);
        result.Lines[0].ShouldContain("from\tada");
        result.Lines[1].ShouldContain("to\tbob");
    }

    [Fact]
    public async Task Accept_installs_with_what_is_granted()
    {
        Server.On("POST", $"/api/v1/plugins/shares/{Id}/accept", 201, """{"status":"success","data":{"plugin_slug":"Notes","plugin_id":"0_Notes","version":"1.2.0"}}""");
        var result = await Cli.RunAsync("shares", "accept", Id, "--grant", "network:http-client");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Out.ShouldContain("Installed Notes 1.2.0");
        Posted().GetProperty("grant")[0].GetString().ShouldBe("network:http-client");
    }

    [Theory]
    [InlineData("decline", "POST", "/decline")]
    [InlineData("withdraw", "DELETE", "")]
    public async Task Decline_and_withdraw_close_an_offer(string command, string method, string path)
    {
        Server.On(method, $"/api/v1/plugins/shares/{Id}{path}", 200, """{"status":"success"}""");
        (await Cli.RunAsync("shares", command, Id)).Exit.ShouldBe(ExitCode.Done);
        Server.Last.Method.ShouldBe(method);
    }

    [Fact]
    public async Task An_offer_that_is_closed_ends_with_6()
    {
        Server.Fails("POST", $"/api/v1/plugins/shares/{Id}/accept", 409, "share.closed");
        (await Cli.RunAsync("shares", "accept", Id)).Exit.ShouldBe(ExitCode.Conflict);
    }

    [Theory]
    [InlineData("3,0", ExitCode.Done)]
    [InlineData("2,1", ExitCode.Partly)]
    [InlineData("0,3", ExitCode.Failed)]
    internal async Task Bulk_follows_the_operation_to_its_end_and_tells_how_it_went(string counts, ExitCode exit)
    {
        var (succeeded, failed) = (counts[0] - '0', counts[2] - '0');
        var asked = 0;
        Server.On("POST", "/api/v1/plugins/bulk", async context =>
        {
            var isPlan = context.Request.Query.ContainsKey("dry_run");
            context.Response.StatusCode = isPlan ? 200 : 202;
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(
                context.Response, isPlan ? """{"status":"success","data":{"total":3}}""" : $$$"""{"status":"accepted","data":{"operation_id":"{{{Id}}}","total":3}}""");
        });
        Server.On("GET", $"/api/v1/plugins/operations/{Id}", context => Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, asked++ == 0
            ? $$$"""{"id":"{{{Id}}}","state":"running","progress":{"total":3,"done":1,"succeeded":1,"failed":0,"failures":[]}}"""
            : $$$"""{"id":"{{{Id}}}","state":"succeeded","progress":{"total":3,"done":3,"succeeded":{{{succeeded}}},"failed":{{{failed}}},"failures":[]}}"""));

        var result = await Cli.RunAsync("bulk", "install", "Notes", "--all-users", "--version", "^1.0.0", "--yes");

        result.Exit.ShouldBe(exit, result.Error);
        result.Out.ShouldContain($"Done for {succeeded} of 3 users, failed for {failed}.");
        var body = JsonDocument.Parse(Server.Requests.Last(request => request.Method == "POST").Text).RootElement;
        (body.GetProperty("operation").GetString(), body.GetProperty("users").GetString(), body.GetProperty("version").GetString()).ShouldBe(("install", "all", "^1.0.0"));
    }

    [Fact]
    public async Task Bulk_needs_to_be_told_for_whom_and_confirmed()
    {
        Server.On("POST", "/api/v1/plugins/bulk", 200, """{"status":"success","data":{"total":3}}""");
        (await Cli.RunAsync("bulk", "install", "Notes")).Exit.ShouldBe(ExitCode.Usage);
        (await Cli.RunAsync("bulk", "explode", "Notes", "--all-users")).Exit.ShouldBe(ExitCode.Usage);
        var result = await Cli.RunAsync("bulk", "install", "Notes", "--all-users");
        result.Exit.ShouldBe(ExitCode.Usage);
        result.Error.ShouldContain("3 users");
        Server.Requests.Where(request => request.Method == "POST").ShouldAllBe(request => request.Query.Contains("dry_run=true"));
    }

    [Fact]
    public async Task Bulk_takes_names_for_ids()
    {
        var id = new string('b', 32);
        Server.On("GET", "/api/v1/admin/users", 200, $$"""{"users":[{"id":"{{id}}","username":"bob"}],"next_cursor":null}""");
        Server.On("POST", "/api/v1/plugins/bulk", 200, """{"status":"success","data":{"total":1}}""");
        (await Cli.RunAsync("bulk", "disable", "Notes", "--users", "bob", "--dry-run")).Exit.ShouldBe(ExitCode.Done);
        Posted().GetProperty("users")[0].GetString().ShouldBe(id);
        (await Cli.RunAsync("bulk", "disable", "Notes", "--users", "nobody", "--dry-run")).Exit.ShouldBe(ExitCode.NotFound);
    }

    [Fact]
    public async Task A_package_file_is_planned_and_then_uploaded()
    {
        ServeUpload();
        using var folder = new TemporaryFile("PK-the-bytes");
        var result = await Cli.RunAsync("install", folder.Path);
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Out.ShouldContain("Installed Notes 1.2.0");
        var sent = Server.Requests.Where(request => request.Method == "POST").ToList();
        sent.Select(request => request.Query).ShouldBe(["?dry_run=true", ""]);
        sent.ShouldAllBe(request => request.Text.Contains("local-file") && request.Text.Contains("PK-the-bytes") && !request.Text.Contains(System.IO.Path.GetFileName(folder.Path)));
    }

    [Fact]
    public async Task A_repository_is_named_with_its_version()
    {
        ServeUpload();
        var result = await Cli.RunAsync("install", "https://github.com/ada/notes", "--version", "1.2.0");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        var body = Posted();
        (body.GetProperty("method").GetString(), body.GetProperty("repo_url").GetString(), body.GetProperty("version").GetString()).ShouldBe(("github", "https://github.com/ada/notes", "1.2.0"));
    }

    [Fact]
    public async Task A_file_that_is_not_there_ends_with_3_and_one_with_a_version_with_2()
    {
        (await Cli.RunAsync("install", "./nothing.berth")).Exit.ShouldBe(ExitCode.NotFound);
        (await Cli.RunAsync("install", "./nothing.berth", "--version", "1.0.0")).Exit.ShouldBe(ExitCode.Usage);
    }

    private void ServeUpload() => Server.On("POST", "/api/v1/plugins/install", async context =>
    {
        var isPlan = context.Request.Query.ContainsKey("dry_run");
        context.Response.StatusCode = isPlan ? 200 : 201;
        await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, isPlan
            ? """{"status":"success","dry_run":true,"data":{"plan":{"kind":"install","plugin_slug":"Notes","version":"1.2.0","capabilities":[]}}}"""
            : """{"status":"success","data":{"plugin_slug":"Notes","plugin_id":"0_Notes","version":"1.2.0"}}""");
    });

    private JsonElement Posted() => JsonDocument.Parse(Server.Requests.Last(request => request.Method == "POST").Text).RootElement;

    private sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(string text) => File.WriteAllText(Path, text);

        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"berth-{Guid.NewGuid():N}.berth");

        public void Dispose() => File.Delete(Path);
    }
}
