using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Berth.Cli.Demo;
using Berth.Cli.Output;

namespace Berth.Cli.Tests.EndToEnd;

/// <summary>What a mirror brings is trusted as its source trusts it, verified at most, and what people at the target decided stays.</summary>
public sealed class MirroredTrustTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new("berth-cli-mirror-");
    private DemoServer _origin = null!;
    private DemoServer _target = null!;
    private CliRun _author = null!;
    private CliRun _there = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _target = await DemoServer.StartAsync(ServerFixture.Tree.ServerAssembly, Directory.CreateDirectory(Path.Combine(_folder.Path, "target")).FullName, CancellationToken.None);
        _origin = await DemoServer.StartAsync(ServerFixture.Tree.ServerAssembly, Directory.CreateDirectory(Path.Combine(_folder.Path, "origin")).FullName, CancellationToken.None);
        _author = new CliRun(_origin.Host.AbsoluteUri.TrimEnd('/'), _origin.AdminToken);
        _there = new CliRun(_target.Host.AbsoluteUri.TrimEnd('/'), _target.AdminToken) { ["BERTH_FROM_TOKEN"] = _origin.AdminToken };
        _http = new HttpClient { BaseAddress = _target.Registry };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _target.AdminToken);
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        _author.Dispose();
        _there.Dispose();
        await _origin.DisposeAsync();
        await _target.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Nothing_that_a_mirror_brings_is_internal_and_each_plugin_has_its_sources_level()
    {
        string[] levels = ["internal", "verified", "community", "untrusted"];
        foreach (var level in levels)
        {
            await DoneAsync(_author, "publish", await PluginFolder.PackAsync(_author, $"Is-{level}"));
            if (level != "internal")
            {
                await DoneAsync(_author, "trust", "set", $"Is-{level}", level, "--reason", "Looked at.");
            }
        }

        // The target's own plugin of the same bytes is nobody's else.
        var own = await PluginFolder.PackAsync(_author, "Own");
        await DoneAsync(_author, "publish", own);
        await DoneAsync(_author, "trust", "set", "Own", "community", "--reason", "Looked at.");
        await DoneAsync(_there, "publish", own);

        var run = await MirrorAsync();

        run.Json.GetProperty("copied").GetInt32().ShouldBe(4);
        foreach (var level in levels)
        {
            (await LevelsAsync($"Is-{level}")).ShouldBe(level switch
            {
                // The oldest last.
                "internal" or "verified" => ["verified", "community"],
                _ => [level],
            });
        }

        (await LevelsAsync("Own")).ShouldBe(["internal"]);
        run.Error.ShouldContain("berth trust set Own internal");

        // Somebody says whose it is, and is asked no more.
        await DoneAsync(_there, "trust", "set", "Own", "internal", "--reason", "Ours.");
        (await MirrorAsync()).Error.ShouldNotContain("could not be taken over");
        (await LevelsAsync("Own")).ShouldBe(["internal", "internal"]);
    }

    [Fact]
    public async Task Later_decisions_with_their_ends_are_followed_and_what_was_decided_at_the_target_stays()
    {
        foreach (var slug in new[] { "Followed", "Lowered" })
        {
            await DoneAsync(_author, "publish", await PluginFolder.PackAsync(_author, slug));
            await DoneAsync(_author, "trust", "set", slug, "verified", "--reason", "Read it.", "--expires", "30d");
        }

        await MirrorAsync();
        var carried = (await HistoryAsync("Followed"))[0];
        var there = (await _author.RunAsync("trust", "history", "Followed", "--json")).Json.GetProperty("answer").GetProperty("decisions")[0];
        carried.GetProperty("level").GetString().ShouldBe("verified");
        carried.GetProperty("expires_at").GetDateTimeOffset().ShouldBe(there.GetProperty("expires_at").GetDateTimeOffset());
        carried.GetProperty("evidence").GetProperty("decided_at").GetDateTimeOffset().ShouldBe(there.GetProperty("at").GetDateTimeOffset());
        carried.GetProperty("evidence").GetProperty("decided_by").GetString().ShouldNotBeNullOrEmpty();

        // Their lone administrator, who also mirrors, trusts one of them less.
        await DoneAsync(_there, "trust", "set", "Lowered", "untrusted", "--reason", "Not with us.");
        foreach (var slug in new[] { "Followed", "Lowered" })
        {
            await DoneAsync(_author, "trust", "set", slug, "community", "--reason", "It is not kept up.");
        }

        await MirrorAsync();
        (await LevelsAsync("Followed"))[0].ShouldBe("community");
        (await LevelsAsync("Lowered"))[0].ShouldBe("untrusted");
        (await MirrorAsync()).Json.GetProperty("unchanged").GetInt32().ShouldBe(2);
        (await LevelsAsync("Followed")).ShouldBe(["community", "verified", "community"], "again changes nothing");
    }

    private Task<CliResult> MirrorAsync() => DoneAsync(
        _there, "mirror", "--from", _origin.Registry.AbsoluteUri.TrimEnd('/'), "--to", _target.Registry.AbsoluteUri.TrimEnd('/'), "--all",
        "--state", Path.Combine(_folder.Path, "state.jsonl"), "--json");

    private async Task<List<JsonElement>> HistoryAsync(string slug) =>
        [.. (await _http.GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{slug}/trust/history")).GetProperty("decisions").EnumerateArray()];

    private async Task<List<string?>> LevelsAsync(string slug) => [.. (await HistoryAsync(slug)).Select(decision => decision.GetProperty("level").GetString())];

    private static async Task<CliResult> DoneAsync(CliRun cli, params string[] arguments)
    {
        var result = await cli.RunAsync(arguments);
        result.Exit.ShouldBe(ExitCode.Done, $"berth {string.Join(' ', arguments)}: {result.Error}");
        return result;
    }
}
