using Berth.Cli.Demo;
using Berth.Cli.Output;

namespace Berth.Cli.Tests.EndToEnd;

/// <summary>Plugins go from one real server to another: over the network, into a folder, and in a file.</summary>
public sealed class MirrorTests(ServerFixture source) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Plugins_are_mirrored_into_a_folder_and_to_another_registry_and_again_changes_nothing()
    {
        using var folder = new TemporaryFolder("berth-cli-mirror-");
        await using var target = await DemoServer.StartAsync(ServerFixture.Tree.ServerAssembly, Directory.CreateDirectory(Path.Combine(folder.Path, "target")).FullName, CancellationToken.None);
        using var admin = new CliRun(source.Host, source.AdminToken);
        await DoneAsync(admin, "publish", ServerFixture.Package("1.0.0"), ServerFixture.Package("1.1.0"));
        var registry = source.Registry;

        using var cli = new CliRun(target.Host.AbsoluteUri.TrimEnd('/'), target.AdminToken) { ["BERTH_FROM_TOKEN"] = source.AdminToken };
        var (files, state) = (Path.Combine(folder.Path, "files"), Path.Combine(folder.Path, "state.jsonl"));
        (await DoneAsync(cli, "mirror", "--from", registry, "--to", files, "--plugins", "Notes", "--state", state, "--dry-run", "--json")).Json.GetProperty("wouldCopy").GetInt32().ShouldBe(2);
        Directory.Exists(files).ShouldBeFalse();
        (await DoneAsync(cli, "mirror", "--from", registry, "--to", files, "--all", "--state", state, "--json")).Json.GetProperty("copied").GetInt32().ShouldBe(2);
        File.ReadAllBytes(Path.Combine(files, "Notes", "Notes-1.1.0.berth")).ShouldBe(File.ReadAllBytes(ServerFixture.Package("1.1.0")));

        var to = target.Registry.AbsoluteUri.TrimEnd('/');
        (await DoneAsync(cli, "mirror", "--from", registry, "--to", to, "--plugins", "Notes@^1.1", "--state", state, "--json")).Json.GetProperty("copied").GetInt32().ShouldBe(1);
        (await DoneAsync(cli, "mirror", "--from", registry, "--to", to, "--all", "--state", state, "--json")).Json.GetProperty("copied").GetInt32().ShouldBe(1);
        var again = (await DoneAsync(cli, "mirror", "--from", registry, "--to", to, "--all", "--json", "--state", Path.Combine(folder.Path, "lost.jsonl"))).Json;
        again.GetProperty("copied").GetInt32().ShouldBe(0, "also without its state a mirror finds what is there");
        again.GetProperty("unchanged").GetInt32().ShouldBe(2);
        (await DoneAsync(cli, "info", "Notes")).Out.ShouldContain("versions: 1.1.0, 1.0.0");

        (await cli.RunAsync("mirror", "--from", registry, "--to", to)).Exit.ShouldBe(ExitCode.Usage);
        (await cli.RunAsync("mirror", "--from", registry, "--to", to, "--plugins", "Nowhere", "--state", state)).Exit.ShouldBe(ExitCode.NotFound);
        (await cli.RunAsync("mirror", "--from", "http://127.0.0.1:1", "--to", to, "--all", "--state", state)).Exit.ShouldBe(ExitCode.Unreachable);
    }

    [Fact]
    public async Task A_bundle_is_made_verified_without_a_server_and_imported()
    {
        using var folder = new TemporaryFolder("berth-cli-bundle-");
        await using var target = await DemoServer.StartAsync(ServerFixture.Tree.ServerAssembly, Directory.CreateDirectory(Path.Combine(folder.Path, "target")).FullName, CancellationToken.None);
        using var admin = new CliRun(source.Host, source.AdminToken);
        await DoneAsync(admin, "publish", ServerFixture.Package("1.0.0"));
        var (bundle, keys) = (Path.Combine(folder.Path, "x.berthbundle"), Path.Combine(folder.Path, "keys.jwks"));
        await File.WriteAllTextAsync(keys, (await DoneAsync(admin, "bundle", "keys")).Out);
        var advisory = Path.Combine(folder.Path, "advisory.json");
        await File.WriteAllTextAsync(advisory, """{"id":"GHSA-cli","modified":"2026-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"left-pad"},"versions":["1.0.0"]}]}""");
        await DoneAsync(admin, "advisories", "import", advisory);
        await DoneAsync(admin, "bundle", "create", "-o", bundle, "--plugins", "Notes@1.0.0", "--with-dependencies", "--without-advisories");
        (await DoneAsync(admin, "bundle", "verify", bundle, "--keys", keys)).Out.ShouldContain("0 advisories");
        await DoneAsync(admin, "bundle", "create", "-o", bundle, "--plugins", "Notes@1.0.0", "--with-dependencies");

        using var nobody = new CliRun("http://127.0.0.1:1", token: null);
        (await DoneAsync(nobody, "bundle", "verify", bundle, "--keys", keys)).Out.ShouldContain("Notes 1.0.0");
        var damaged = await File.ReadAllBytesAsync(bundle);
        damaged[damaged.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(bundle + ".bad", damaged);
        (await nobody.RunAsync("bundle", "verify", bundle + ".bad", "--keys", keys)).Exit.ShouldBe(ExitCode.Refused);

        using var inside = new CliRun(target.Host.AbsoluteUri.TrimEnd('/'), target.AdminToken);
        (await inside.RunAsync("bundle", "import", bundle)).Exit.ShouldBe(ExitCode.Refused, "nobody there trusts its key yet");
        var first = (await DoneAsync(inside, "bundle", "import", bundle, "--keys", keys, "--json")).Json;
        first.GetProperty("versions")[0].GetProperty("state").GetString().ShouldBe("published");
        first.GetProperty("advisories").GetProperty("imported").GetInt32().ShouldBe(1);
        (await DoneAsync(inside, "advisories", "list", "--quiet")).Out.ShouldContain("GHSA-cli");
        (await DoneAsync(inside, "bundle", "import", bundle, "--keys", keys, "--json")).Json.GetProperty("versions")[0].GetProperty("state").GetString().ShouldBe("unchanged");
        (await DoneAsync(inside, "search", "notes", "--quiet")).Lines.ShouldContain("Notes");
    }

    [Fact]
    public async Task Signatures_warnings_and_yanks_are_mirrored_and_a_run_after_an_interrupted_one_brings_what_is_missing()
    {
        using var folder = new TemporaryFolder("berth-cli-mirror-");
        await using var target = await DemoServer.StartAsync(ServerFixture.Tree.ServerAssembly, Directory.CreateDirectory(Path.Combine(folder.Path, "target")).FullName, CancellationToken.None);
        await using var origin = await DemoServer.StartAsync(ServerFixture.Tree.ServerAssembly, Directory.CreateDirectory(Path.Combine(folder.Path, "origin")).FullName, CancellationToken.None);
        var (from, to) = (origin.Registry.AbsoluteUri.TrimEnd('/'), target.Registry.AbsoluteUri.TrimEnd('/'));
        using var author = new CliRun(origin.Host.AbsoluteUri.TrimEnd('/'), origin.AdminToken);
        var kid = (await DoneAsync(author, "keys", "new")).Out.Trim();
        await DoneAsync(author, "keys", "register");
        var (old, successor) = (await PluginFolder.PackAsync(author, "Signed"), await PluginFolder.PackAsync(author, "Successor"));
        await DoneAsync(author, "publish", old, "--sign", kid);
        await DoneAsync(author, "publish", successor);
        await DoneAsync(author, "deprecate", "Signed", "1.0.0", "--message", "Take the other one.", "--successor", "Successor");
        await DoneAsync(author, "yank", "Successor", "1.0.0", "--reason", "Broken.");

        using var cli = new CliRun(target.Host.AbsoluteUri.TrimEnd('/'), target.AdminToken) { ["BERTH_FROM_TOKEN"] = origin.AdminToken };
        var state = Path.Combine(folder.Path, "state.jsonl");
        // One at a time, and the warned one first: its successor is not there yet when it comes.
        (await DoneAsync(cli, "mirror", "--from", from, "--to", to, "--plugins", "Signed,Successor", "--parallel", "1", "--state", state)).Error.ShouldNotContain("could not be taken over");

        using var http = new HttpClient { BaseAddress = target.Registry };
        http.DefaultRequestHeaders.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", target.AdminToken);
        var signed = await VersionAsync(http, "Signed");
        signed.GetProperty("signatures").EnumerateArray().Where(one => one.GetProperty("valid").GetBoolean()).Select(one => (one.GetProperty("role").GetString(), one.GetProperty("kid").GetString()))
            .ShouldContain(("author", kid));
        signed.GetProperty("signatures").EnumerateArray().Count(one => one.GetProperty("role").GetString() == "registry").ShouldBe(1, "the target's own, not the source's");
        (signed.GetProperty("deprecation").GetProperty("message").GetString(), signed.GetProperty("deprecation").GetProperty("successor").GetString()).ShouldBe(("Take the other one.", "Successor"));
        (await VersionAsync(http, "Successor")).GetProperty("yanked").GetBoolean().ShouldBeTrue();

        // In a folder the signatures lie beside the packages.
        var files = Path.Combine(folder.Path, "files");
        await DoneAsync(cli, "mirror", "--from", from, "--to", files, "--plugins", "Signed", "--state", state);
        var keys = Path.Combine(folder.Path, "author.jwk");
        await File.WriteAllTextAsync(keys, (await DoneAsync(author, "keys", "export")).Out);
        await DoneAsync(cli, "verify", Path.Combine(files, "Signed", "Signed-1.0.0.berth"), "--keys", keys);

        // What was copied without its signatures, by a run that was killed between the two, gets them.
        var late = await PluginFolder.PackAsync(author, "Late");
        await DoneAsync(cli, "publish", late);
        await DoneAsync(author, "publish", late, "--sign", kid);
        (await DoneAsync(cli, "mirror", "--from", from, "--to", to, "--plugins", "Late", "--state", state, "--json")).Json.GetProperty("unchanged").GetInt32().ShouldBe(1);
        (await VersionAsync(http, "Late")).GetProperty("signatures").EnumerateArray().ShouldContain(one => one.GetProperty("kid").GetString() == kid && one.GetProperty("valid").GetBoolean());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_mirror_that_is_killed_goes_on_where_it_was_and_leaves_no_half_package(bool isFolder)
    {
        const int many = 12;
        using var folder = new TemporaryFolder("berth-cli-mirror-");
        await using var registry = isFolder ? null : await DemoServer.StartAsync(ServerFixture.Tree.ServerAssembly, Directory.CreateDirectory(Path.Combine(folder.Path, "target")).FullName, CancellationToken.None);
        var to = registry?.Registry.AbsoluteUri.TrimEnd('/') ?? Path.Combine(folder.Path, "files");
        using var cli = new CliRun(registry?.Host.AbsoluteUri.TrimEnd('/'), registry?.AdminToken);
        await using var from = await ScriptedServer.StartAsync();
        var packages = new Dictionary<string, byte[]>();
        var halfway = new TaskCompletionSource();
        var never = new TaskCompletionSource();
        for (var i = 0; i < many; i++)
        {
            var slug = $"Mirrored{i:00}";
            var bytes = packages[slug] = await File.ReadAllBytesAsync(await PluginFolder.PackAsync(cli, slug));
            from.On("GET", $"/api/v1/plugins/{slug}/versions", 200,
                $$"""{"slug":"{{slug}}","versions":[{"slug":"{{slug}}","version":"1.0.0","digest":"{{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))}}","size":{{bytes.Length}},"yanked":false}]}""");
            from.On("GET", $"/api/v1/plugins/{slug}/1.0.0/download", async context =>
            {
                // The seventh stops in the middle of its bytes, and there the mirror is killed.
                if (slug == "Mirrored06" && !never.Task.IsCompleted)
                {
                    await context.Response.Body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
                    halfway.TrySetResult();
                    await never.Task;
                    return;
                }

                await context.Response.Body.WriteAsync(bytes);
            });
        }

        string[] arguments = ["mirror", "--from", from.Address, "--to", to, "--plugins", string.Join(',', packages.Keys), "--parallel", "1", "--state", Path.Combine(folder.Path, "state.jsonl")];
        var environment = new Dictionary<string, string> { ["XDG_CONFIG_HOME"] = cli.Folder, ["BERTH_SERVER"] = registry?.Host.AbsoluteUri.TrimEnd('/') ?? "", ["BERTH_TOKEN"] = registry?.AdminToken ?? "" };
        await using (var killed = new BerthProcess(environment, arguments))
        {
            await halfway.Task.WaitAsync(TimeSpan.FromMinutes(3));
            await killed.SignalAsync("KILL");
            (await killed.ExitCodeAsync()).ShouldBe(137);
        }

        never.SetResult();
        if (isFolder)
        {
            Directory.GetFiles(to, "*.berth", SearchOption.AllDirectories).Length.ShouldBe(6);
        }

        var rest = (await DoneAsync(cli, [.. arguments, "--json"])).Json;
        (rest.GetProperty("copied").GetInt32(), rest.GetProperty("unchanged").GetInt32()).ShouldBe((6, 6));
        from.Requests.Count(request => request.Path.EndsWith("/download", StringComparison.Ordinal)).ShouldBe(many + 1, "only the one that was under way is fetched again");
        foreach (var (slug, bytes) in packages)
        {
            (await BytesAsync(slug)).ShouldBe(bytes, slug);
        }

        if (isFolder)
        {
            Directory.GetFiles(to, "*.part", SearchOption.AllDirectories).ShouldBeEmpty();
        }

        async Task<byte[]> BytesAsync(string slug)
        {
            if (registry is null)
            {
                return await File.ReadAllBytesAsync(Path.Combine(to, slug, $"{slug}-1.0.0.berth"));
            }

            using var http = new HttpClient { BaseAddress = registry.Registry };
            http.DefaultRequestHeaders.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", registry.AdminToken);
            return await http.GetByteArrayAsync($"/api/v1/plugins/{slug}/1.0.0/download");
        }
    }

    private static async Task<System.Text.Json.JsonElement> VersionAsync(HttpClient http, string slug) =>
        System.Text.Json.JsonDocument.Parse(await http.GetStringAsync($"/api/v1/plugins/{slug}/1.0.0")).RootElement;

    private static async Task<CliResult> DoneAsync(CliRun cli, params string[] arguments)
    {
        var result = await cli.RunAsync(arguments);
        result.Exit.ShouldBe(ExitCode.Done, $"berth {string.Join(' ', arguments)}: {result.Error}");
        return result;
    }
}
