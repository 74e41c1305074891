using System.Security.Cryptography;
using Berth.Cli.Output;

namespace Berth.Cli.Tests.Commands;

public sealed class PublishCommandTests : ScriptedServerTests
{
    private const string Route = "/api/v1/plugins/Notes/1.0.0";

    [Fact]
    public async Task The_bytes_go_to_their_address_with_their_digest()
    {
        Server.On("PUT", Route, 201, """{"slug":"Notes","version":"1.0.0"}""");
        var file = await PluginFolder.PackAsync(Cli);
        var result = await Cli.RunAsync("publish", file, "--json");
        result.Exit.ShouldBe(ExitCode.Done);
        result.Json.GetProperty("state").GetString().ShouldBe("published");
        var bytes = await File.ReadAllBytesAsync(file);
        Server.Last.Body.ShouldBe(bytes);
        Server.Last.Headers["Content-Digest"].ToString().ShouldBe($"sha-256=:{Convert.ToBase64String(SHA256.HashData(bytes))}:");
    }

    [Fact]
    public async Task The_same_bytes_again_are_done()
    {
        Server.On("PUT", Route, 200, "{}");
        var result = await Cli.RunAsync("publish", await PluginFolder.PackAsync(Cli), "--json");
        result.Exit.ShouldBe(ExitCode.Done);
        result.Json.GetProperty("state").GetString().ShouldBe("unchanged");
    }

    [Fact]
    public async Task R66_When_the_answer_is_lost_it_is_sent_again_and_found_done()
    {
        var asked = 0;
        Server.On("PUT", Route, context =>
        {
            if (Interlocked.Increment(ref asked) == 1)
            {
                context.Abort();
                return Task.CompletedTask;
            }

            context.Response.StatusCode = 200;
            return Task.CompletedTask;
        });
        var result = await Cli.RunAsync("publish", await PluginFolder.PackAsync(Cli), "--json");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Json.GetProperty("state").GetString().ShouldBe("published");
        asked.ShouldBe(2);
    }

    [Fact]
    public async Task Other_bytes_for_a_version_end_with_6_and_name_both_digests()
    {
        Server.Fails("PUT", Route, 409, "version.exists", more: ",\"existing_digest\":\"aaaa\",\"given_digest\":\"bbbb\"");
        var result = await Cli.RunAsync("publish", await PluginFolder.PackAsync(Cli));
        result.Exit.ShouldBe(ExitCode.Conflict);
        result.Error.ShouldContain("aaaa");
        result.Error.ShouldContain("bbbb");
        Server.Requests.Count(request => request.Method == "PUT").ShouldBe(1);
    }

    [Fact]
    public async Task A_faulty_package_is_refused_here_and_never_sent()
    {
        var file = Path.Combine(Cli.Folder, "x.berth");
        await File.WriteAllTextAsync(file, "not a package");
        (await Cli.RunAsync("publish", file)).Exit.ShouldBe(ExitCode.Refused);
        Server.Requests.ShouldNotContain(request => request.Method == "PUT");
    }

    [Fact]
    public async Task One_failure_of_several_ends_with_10_and_the_others_are_done()
    {
        Server.On("PUT", Route, 201, "{}");
        Server.Fails("PUT", "/api/v1/plugins/Other/1.0.0", 403, "slug.taken");
        var result = await Cli.RunAsync("publish", await PluginFolder.PackAsync(Cli), await PluginFolder.PackAsync(Cli, "Other"));
        result.Exit.ShouldBe(ExitCode.Partly);
        result.Out.ShouldContain("Published Notes 1.0.0.");
        result.Error.ShouldContain("slug.taken");
    }

    [Fact]
    public async Task A_dry_run_sends_nothing()
    {
        var result = await Cli.RunAsync("publish", await PluginFolder.PackAsync(Cli), "--dry-run");
        result.Exit.ShouldBe(ExitCode.Done);
        Server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_registry_that_is_named_itself_is_used_directly()
    {
        Server.On("GET", "/api/v1", 200, """{"kind":"registry","name":"berth","version":"0.1.0"}""");
        Server.On("PUT", Route, 201, "{}");
        (await Cli.RunAsync("publish", await PluginFolder.PackAsync(Cli))).Exit.ShouldBe(ExitCode.Done);
    }
}
