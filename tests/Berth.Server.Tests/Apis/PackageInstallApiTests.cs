using System.IO.Compression;
using Berth.Packaging.Archive;

namespace Berth.Server.Tests.Apis;

/// <summary>Installing from an uploaded file.</summary>
public sealed class PackageInstallApiTests(PackageInstallApiTests.Shared shared) : IClassFixture<PackageInstallApiTests.Shared>
{
    private readonly TestServer _server = shared.Server;

    [Theory]
    [InlineData("/api/v1/plugins")]
    [InlineData("/api/plugins")]
    public async Task R03_an_upload_is_installed_for_its_user_alone_and_its_file_name_means_nothing(string prefix)
    {
        var (ana, bob) = (await _server.CreateUserAsync(), await _server.CreateUserAsync());
        var slug = NewSlug();

        using var response = await UploadAsync(ana, TestPackages.FrontEnd(slug), fileName: "../../../evil.berth", prefix: prefix);

        response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        var data = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data");
        data.GetProperty("plugin_slug").GetString().ShouldBe(slug);
        data.GetProperty("version").GetString()!.ShouldStartWith("1.0.0");
        data.GetProperty("modules_created")[0].GetString().ShouldBe($"{ana.Id}_{slug}_Panel");
        (await ana.Client.GetStringAsync(await ana.AddressOfAsync(slug, TestPackages.Script))).ShouldBe(TestPackages.ScriptText(slug, "1.0.0"));
        Directory.EnumerateFiles(Path.GetDirectoryName(_server.DataDirectory)!, "*evil*", SearchOption.AllDirectories).ShouldBeEmpty();

        using var versions = await bob.Client.GetAsync($"{prefix}/{slug}/versions");
        await versions.ShouldBeProblemAsync(HttpStatusCode.NotFound, "plugin.unknown");
        using var stolen = await bob.Client.PostAsJsonAsync($"{prefix}/{slug}/install", new { });
        await stolen.ShouldBeProblemAsync(HttpStatusCode.NotFound, "plugin.unknown");
        (await bob.Client.GetStringAsync($"{prefix}/available")).ShouldNotContain(slug);
    }

    [Fact]
    public async Task R07_an_upload_never_replaces_the_public_version_of_the_same_number()
    {
        var (ana, bob, cyd) = (await _server.CreateUserAsync(), await _server.CreateUserAsync(), await _server.CreateUserAsync());
        await bob.InstallAsync("Clock");
        var mine = TestPackages.FrontEnd("Clock", files: ("dist/mine.js", "mine"));

        using var response = await UploadAsync(ana, mine);

        response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        (await ana.Client.GetStringAsync(await ana.AddressOfAsync("Clock", "dist/mine.js"))).ShouldBe("mine");
        (await bob.Client.GetAsync(await bob.AddressOfAsync("Clock", "dist/mine.js"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await cyd.InstallAsync("Clock", "1.0.0");
        (await cyd.Client.GetAsync(await cyd.AddressOfAsync("Clock", "dist/mine.js"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task R07_an_upload_that_came_first_is_not_in_the_way_of_the_public_version()
    {
        var (ana, bob) = (await _server.CreateUserAsync(), await _server.CreateUserAsync());
        var slug = NewSlug();
        (await UploadAsync(ana, TestPackages.FrontEnd(slug, files: ("dist/mine.js", "mine")))).StatusCode.ShouldBe(HttpStatusCode.Created);
        await _server.PublishAsync(TestPackages.FrontEnd(slug));

        await bob.InstallAsync(slug, "1.0.0");

        (await bob.Client.GetAsync(await bob.AddressOfAsync(slug, "dist/mine.js"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await bob.Client.GetStringAsync(await bob.AddressOfAsync(slug, TestPackages.Script))).ShouldBe(TestPackages.ScriptText(slug, "1.0.0"));
        (await ana.Client.GetStringAsync(await ana.AddressOfAsync(slug, "dist/mine.js"))).ShouldBe("mine");
    }

    [Fact]
    public async Task The_bytes_of_a_public_version_are_that_version()
    {
        var (ana, bob) = (await _server.CreateUserAsync(), await _server.CreateUserAsync());
        await bob.InstallAsync("Clock2");

        using var response = await UploadAsync(ana, TestPackages.FrontEnd("Clock2"));

        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await _server.CountAsync("plugin a JOIN plugin b ON a.version = b.version AND a.digest = b.digest WHERE a.user_id = @ana AND b.user_id = @bob", new { ana = ana.Id, bob = bob.Id })).ShouldBe(1);
    }

    [Fact]
    public async Task R59_uploads_at_once_are_never_mixed()
    {
        var users = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => _server.CreateUserAsync()));
        var slugs = users.Select(_ => NewSlug()).ToList();

        var answers = await Task.WhenAll(users.Select((user, i) => UploadAsync(user, TestPackages.FrontEnd(slugs[i]))));

        for (var i = 0; i < users.Length; i++)
        {
            answers[i].StatusCode.ShouldBe(HttpStatusCode.Created, await answers[i].Content.ReadAsStringAsync());
            (await users[i].Client.GetStringAsync(await users[i].AddressOfAsync(slugs[i], TestPackages.Script))).ShouldBe(TestPackages.ScriptText(slugs[i], "1.0.0"));
            (await users[i].Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/")).GetProperty("plugins").GetArrayLength().ShouldBe(1);
        }
    }

    [Fact]
    public async Task R29_server_side_code_that_a_user_uploads_never_runs_in_the_server()
    {
        var ana = await _server.CreateUserAsync();
        using var admin = _server.Host();

        using var response = await UploadAsync(ana, Golden.Package("FailsOnInstall"));

        var problem = await response.ShouldBeProblemAsync();
        // Its own code was asked in a worker, and said no.
        response.StatusCode.ShouldBe(HttpStatusCode.BadGateway, problem.ToString());
        var instances = await admin.GetStringAsync("/api/v1/plugins/system/instances");
        instances.ShouldContain("FailsOnInstall");
        instances.ShouldNotContain("\"isolation\":\"none\"");
        (await _server.CountAsync("plugin WHERE user_id = @Id", new { ana.Id })).ShouldBe(0);
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("..%2fevil")]
    [InlineData("a/b")]
    [InlineData("shares")]
    public async Task R02_a_slug_that_is_a_path_or_a_word_of_the_addresses_is_refused(string slug)
    {
        var ana = await _server.CreateUserAsync();

        using var response = await UploadAsync(ana, TestPackages.FrontEnd(slug));

        (await response.ShouldBeProblemAsync()).GetProperty("status").GetInt32().ShouldBe(422);
        await ShouldKeepNothingAsync(ana);
    }

    [Theory]
    [InlineData("../../evil.txt")]
    [InlineData("..\\evil.txt")]
    [InlineData("/etc/evil.txt")]
    public async Task R05_an_archive_with_entries_outside_is_refused(string entry)
    {
        var ana = await _server.CreateUserAsync();

        using var response = await UploadAsync(ana, Zip((entry, "evil"u8.ToArray())));

        (await response.ShouldBeProblemAsync()).GetProperty("status").GetInt32().ShouldBe(422);
        await ShouldKeepNothingAsync(ana);
        Directory.EnumerateFiles(Path.GetDirectoryName(_server.DataDirectory)!, "*evil*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task R06_an_archive_that_unpacks_to_too_much_is_refused()
    {
        var ana = await _server.CreateUserAsync();

        using var response = await UploadAsync(ana, Zip(("dist/zeros.bin", new byte[16 * 1024 * 1024])));

        (await response.ShouldBeProblemAsync()).GetProperty("status").GetInt32().ShouldBe(422);
        await ShouldKeepNothingAsync(ana);
    }

    [Fact]
    public async Task An_upload_that_is_too_large_is_refused_and_leaves_nothing()
    {
        var ana = await _server.CreateUserAsync();

        using var response = await UploadAsync(ana, new byte[Shared.MaxBytes + 1]);
        using var chunked = await SendAsync(ana, new StreamContent(new MemoryStream(new byte[Shared.MaxBytes + 1])));

        await response.ShouldBeProblemAsync(HttpStatusCode.RequestEntityTooLarge, "package.too_large");
        await chunked.ShouldBeProblemAsync(HttpStatusCode.RequestEntityTooLarge, "package.too_large");
        await ShouldKeepNothingAsync(ana);
    }

    [Fact]
    public async Task A_dry_run_tells_the_plan_and_keeps_nothing()
    {
        var ana = await _server.CreateUserAsync();
        var slug = NewSlug();

        var package = TestPackages.FrontEnd(slug, more: new { security = new { capabilities = (string[])["network:http-client", "process:spawn-child"] } });
        using var response = await UploadAsync(ana, package, query: "?dry_run=true");

        var plan = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").GetProperty("plan");
        plan.GetProperty("plugin_slug").GetString().ShouldBe(slug);
        plan.GetProperty("version").GetString().ShouldBe("1.0.0");
        plan.GetProperty("capabilities").EnumerateArray().ToDictionary(one => one.GetProperty("name").GetString()!, one => one.GetProperty("permitted").GetBoolean())
            .ShouldBe(new Dictionary<string, bool> { ["network:http-client"] = true, ["process:spawn-child"] = false }, ignoreOrder: true);
        await ShouldKeepNothingAsync(ana);
    }

    [Fact]
    public async Task A_form_that_is_none_is_refused()
    {
        var ana = await _server.CreateUserAsync();
        foreach (var (content, status) in new (HttpContent Content, HttpStatusCode Status)[]
        {
            (new MultipartFormDataContent { { new StringContent("local-file"), "method" } }, HttpStatusCode.BadRequest),
            (new MultipartFormDataContent { { new StringContent("carrier-pigeon"), "method" } }, HttpStatusCode.BadRequest),
            (new MultipartFormDataContent { { new ByteArrayContent([1]), "file", "a" }, { new ByteArrayContent([1]), "file", "b" } }, HttpStatusCode.BadRequest),
            (new MultipartFormDataContent { { new StringContent(new string('x', 9000)), "method" } }, HttpStatusCode.BadRequest),
            (JsonContent.Create(new { method = "local-file" }), HttpStatusCode.BadRequest),
            (new StringContent("PK", Encoding.UTF8, "application/zip"), HttpStatusCode.UnsupportedMediaType),
        })
        {
            using var response = await ana.Client.PostAsync("/api/v1/plugins/install", content);
            (await response.ShouldBeProblemAsync()).GetProperty("status").GetInt32().ShouldBe((int)status);
        }

        await ShouldKeepNothingAsync(ana);
    }

    [Fact]
    public async Task The_file_may_come_before_the_method()
    {
        var ana = await _server.CreateUserAsync();
        using var form = new MultipartFormDataContent { { new ByteArrayContent(TestPackages.FrontEnd(NewSlug())), "file", "x" }, { new StringContent("local-file"), "method" } };
        (await ana.Client.PostAsync("/api/v1/plugins/install", form)).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_same_upload_with_the_same_key_is_one_upload_whatever_its_boundary()
    {
        var ana = await _server.CreateUserAsync();
        var package = TestPackages.FrontEnd(NewSlug());

        using var first = await UploadAsync(ana, package, key: "k");
        using var again = await UploadAsync(ana, package, key: "k");
        using var other = await UploadAsync(ana, TestPackages.FrontEnd(NewSlug()), key: "k");

        first.StatusCode.ShouldBe(HttpStatusCode.Created);
        again.StatusCode.ShouldBe(HttpStatusCode.Created);
        again.Headers.Contains("Idempotency-Replayed").ShouldBeTrue();
        await other.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency.key_reused");
    }

    private static string NewSlug() => $"Mine{Guid.NewGuid():n}";

    private static Task<HttpResponseMessage> UploadAsync(
        TestUser user, byte[] package, string fileName = "x.berth", string prefix = "/api/v1/plugins", string query = "", string? key = null) =>
        SendAsync(user, new ByteArrayContent(package), fileName, prefix, query, key);

    private static async Task<HttpResponseMessage> SendAsync(
        TestUser user, HttpContent file, string fileName = "x.berth", string prefix = "/api/v1/plugins", string query = "", string? key = null)
    {
        using var form = new MultipartFormDataContent { { new StringContent("local-file"), "method" }, { new StringContent(fileName), "filename" }, { file, "file", fileName } };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{prefix}/install{query}") { Content = form };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await user.Client.SendAsync(request);
    }

    private async Task ShouldKeepNothingAsync(TestUser user)
    {
        (await _server.CountAsync("private_reader WHERE user_id = @Id", new { user.Id })).ShouldBe(0);
        (await _server.CountAsync("plugin WHERE user_id = @Id", new { user.Id })).ShouldBe(0);
        Directory.EnumerateFiles(Path.Combine(_server.DataDirectory, "packages", ".staging")).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    /// <summary>A sound package with one more entry, written by a tool that checks nothing.</summary>
    private static byte[] Zip((string Name, byte[] Bytes) entry)
    {
        using var output = new MemoryStream();
        output.Write(TestPackages.FrontEnd(NewSlug()));
        using (var zip = new ZipArchive(output, ZipArchiveMode.Update, leaveOpen: true))
        using (var content = zip.CreateEntry(entry.Name).Open())
            content.Write(entry.Bytes);
        return output.ToArray();
    }

    public sealed class Shared : ServerFixture
    {
        public const int MaxBytes = 4 * 1024 * 1024;

        protected override void Configure(WebApplicationBuilder builder) => builder.Services.AddSingleton(PackageLimits.Default with { MaxPackageBytes = MaxBytes });

        protected override Task PrepareAsync() => Server.PublishAsync(TestPackages.FrontEnd("Clock"), TestPackages.FrontEnd("Clock2"));
    }
}
