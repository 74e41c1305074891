using Berth.Cli.Demo;
using Berth.Cli.Output;

namespace Berth.Cli.Tests.EndToEnd;

/// <summary>What a source takes back is taken back where it was mirrored to, as far as the mirror brought it.</summary>
public sealed class MirrorFollowsTests : IAsyncLifetime
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
        _http.DefaultRequestHeaders.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", _target.AdminToken);
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
    public async Task Lifted_yanks_and_warnings_are_lifted_and_what_people_there_said_stays()
    {
        foreach (var slug in new[] { "Lifted", "Kept" })
        {
            await DoneAsync(_author, "publish", await PluginFolder.PackAsync(_author, slug));
            await DoneAsync(_author, "deprecate", slug, "1.0.0", "--message", "Do not start with it.");
            await DoneAsync(_author, "yank", slug, "1.0.0", "--reason", "Broken.");
        }

        await MirrorAsync("Lifted,Kept");
        (await StateAsync("Lifted")).ShouldBe((true, "Do not start with it."));
        // People there found reasons of their own.
        await DoneAsync(_there, "unyank", "Kept", "1.0.0");
        await DoneAsync(_there, "yank", "Kept", "1.0.0", "--reason", "We do not want it.");
        await DoneAsync(_there, "deprecate", "Kept", "1.0.0", "--message", "We use another one.");
        foreach (var slug in new[] { "Lifted", "Kept" })
        {
            await DoneAsync(_author, "unyank", slug, "1.0.0");
            await DoneAsync(_author, "deprecate", slug, "1.0.0", "--undo");
        }

        await MirrorAsync("Lifted,Kept");

        (await StateAsync("Lifted")).ShouldBe((false, null));
        (await StateAsync("Kept")).ShouldBe((true, "We use another one."));

        // And again: the state before last is none that is done for good.
        await DoneAsync(_author, "yank", "Lifted", "1.0.0", "--reason", "Broken after all.");
        await MirrorAsync("Lifted");
        (await StateAsync("Lifted")).Yanked.ShouldBeTrue();
        await DoneAsync(_author, "unyank", "Lifted", "1.0.0");
        await MirrorAsync("Lifted");
        (await StateAsync("Lifted")).Yanked.ShouldBeFalse();
    }

    [Fact]
    public async Task A_key_that_is_retired_or_revoked_at_the_source_is_so_at_the_target_after_the_next_run()
    {
        var (retired, revoked) = ((await DoneAsync(_author, "keys", "new")).Out.Trim(), (await DoneAsync(_author, "keys", "new")).Out.Trim());
        await DoneAsync(_author, "keys", "register", retired);
        await DoneAsync(_author, "keys", "register", revoked);
        await DoneAsync(_author, "publish", await PluginFolder.PackAsync(_author, "First"), "--sign", retired);
        await DoneAsync(_author, "publish", await PluginFolder.PackAsync(_author, "Second"), "--sign", revoked);
        await MirrorAsync("First,Second");
        (await KeyStateAsync(retired), await KeyStateAsync(revoked)).ShouldBe(("active", "active"));
        (await AuthorCountsAsync("Second")).ShouldBeTrue();
        await DoneAsync(_author, "keys", "retire", retired);
        await DoneAsync(_author, "keys", "revoke", revoked, "--since", "2026-01-01T00:00:00Z", "--reason", "Copied.", "--yes");

        var run = (await MirrorAsync("First,Second")).Json;

        run.GetProperty("keysRetired").EnumerateArray().Select(kid => kid.GetString()).ShouldBe([retired]);
        run.GetProperty("keysRevoked").EnumerateArray().Select(kid => kid.GetString()).ShouldBe([revoked]);
        (await KeyStateAsync(retired), await KeyStateAsync(revoked)).ShouldBe(("retired", "revoked"));
        (await AuthorCountsAsync("First")).ShouldBeTrue("what a retired key signed before stays good");
        (await AuthorCountsAsync("Second")).ShouldBeFalse();
        (await MirrorAsync("First,Second")).Json.GetProperty("keysRevoked").GetArrayLength().ShouldBe(0, "again changes nothing");
    }

    [Fact]
    public async Task A_key_that_somebody_there_registered_themselves_is_theirs()
    {
        var kid = (await DoneAsync(_author, "keys", "new")).Out.Trim();
        var file = Path.Combine(_folder.Path, "key.pem");
        await File.WriteAllTextAsync(file, (await DoneAsync(_author, "keys", "export", kid, "--private")).Out);
        await DoneAsync(_author, "keys", "register", kid);
        await DoneAsync(_author, "publish", await PluginFolder.PackAsync(_author, "Mine"), "--sign", kid);
        await DoneAsync(_there, "keys", "import", file);
        await DoneAsync(_there, "keys", "register", kid, "--name", "my own");
        await DoneAsync(_author, "keys", "revoke", kid, "--since", "2026-01-01T00:00:00Z", "--yes");

        await MirrorAsync("Mine");

        (await KeyStateAsync(kid)).ShouldBe("active");
    }

    private Task<CliResult> MirrorAsync(string plugins) => DoneAsync(
        _there, "mirror", "--from", _origin.Registry.AbsoluteUri.TrimEnd('/'), "--to", _target.Registry.AbsoluteUri.TrimEnd('/'), "--plugins", plugins,
        "--state", Path.Combine(_folder.Path, "state.jsonl"), "--json");

    private async Task<(bool Yanked, string? Warning)> StateAsync(string slug)
    {
        var version = await GetAsync($"/api/v1/plugins/{slug}/1.0.0");
        return (version.GetProperty("yanked").GetBoolean(),
            version.TryGetProperty("deprecation", out var warning) && warning.ValueKind == System.Text.Json.JsonValueKind.Object ? warning.GetProperty("message").GetString() : null);
    }

    private async Task<bool> AuthorCountsAsync(string slug) => (await GetAsync($"/api/v1/plugins/{slug}/1.0.0")).GetProperty("signatures").EnumerateArray()
        .Single(one => one.GetProperty("role").GetString() == "author").GetProperty("valid").GetBoolean();

    private async Task<string?> KeyStateAsync(string kid) => (await GetAsync("/api/v1/keys?limit=100")).GetProperty("keys").EnumerateArray()
        .Single(key => key.GetProperty("kid").GetString() == kid).GetProperty("state").GetString();

    private async Task<System.Text.Json.JsonElement> GetAsync(string path) => System.Text.Json.JsonDocument.Parse(await _http.GetStringAsync(path)).RootElement;

    private static async Task<CliResult> DoneAsync(CliRun cli, params string[] arguments)
    {
        var result = await cli.RunAsync(arguments);
        result.Exit.ShouldBe(ExitCode.Done, $"berth {string.Join(' ', arguments)}: {result.Error}");
        return result;
    }
}
