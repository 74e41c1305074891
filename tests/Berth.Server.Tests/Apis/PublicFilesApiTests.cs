using System.Net.Http.Headers;

namespace Berth.Server.Tests.Apis;

public sealed class PublicFilesApiTests(PublicFilesApiTests.Shared shared) : IClassFixture<PublicFilesApiTests.Shared>
{
    private readonly TestServer _server = shared.Server;
    private readonly TestUser _ana = shared.Ana;

    [Fact]
    public async Task A_user_reads_a_file_of_the_installed_version_with_a_token()
    {
        using var response = await _ana.Client.GetAsync($"/api/v1/public/plugins/Clock/{TestPackages.Script}");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync()).ShouldBe(TestPackages.ScriptText("Clock", "1.0.0"));
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/javascript; charset=utf-8");
        response.Headers.CacheControl!.ToString().ShouldBe("no-cache, private");
        response.Headers.Vary.ShouldContain("Cookie");
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        response.Headers.GetValues("Cross-Origin-Resource-Policy").ShouldBe(["cross-origin"]);
    }

    [Fact]
    public async Task The_capability_segment_alone_reads_the_file_and_may_be_cached_for_good()
    {
        using var anonymous = _server.Host(token: null);
        using var response = await anonymous.GetAsync(await _ana.AddressOfAsync("Clock", TestPackages.Script));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.CacheControl!.ToString().ShouldContain("immutable");
        response.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["*"]);
        response.Headers.Contains("Access-Control-Allow-Credentials").ShouldBeFalse();
    }

    [Fact]
    public async Task The_capability_reaches_the_other_served_files_of_the_version_and_no_others()
    {
        using var anonymous = _server.Host(token: null);
        (await anonymous.GetStringAsync(await _ana.AddressOfAsync("Clock", "dist/chunk.css"))).ShouldBe("p{}");
        foreach (var path in new[] { "plugin.json", "src/secret.ts", "dist", "dist/", "", "dist/nothing.js", "DIST/remoteEntry.js" })
        {
            using var response = await anonymous.GetAsync(await _ana.AddressOfAsync("Clock", path));
            await response.ShouldBeProblemAsync(HttpStatusCode.NotFound, "file.unknown");
        }
    }

    [Fact]
    public async Task The_address_stays_the_same_from_call_to_call() =>
        (await _ana.AddressOfAsync("Clock", "x")).ShouldBe(await _ana.AddressOfAsync("Clock", "x"));

    [Fact]
    public async Task R09_HEAD_conditions_and_strong_tags_work_for_each_coding()
    {
        var address = await _ana.AddressOfAsync("Clock", TestPackages.Script);
        using var anonymous = _server.Host(token: null);
        var tags = new HashSet<string>();
        foreach (var coding in new[] { "identity", "gzip", "br" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, address);
            request.Headers.AcceptEncoding.ParseAdd(coding);
            using var response = await anonymous.SendAsync(request);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            response.Headers.ETag!.IsWeak.ShouldBeFalse();
            response.Content.Headers.ContentLength.ShouldNotBeNull();
            response.Content.Headers.ContentEncoding.ShouldBe(coding == "identity" ? [] : [coding]);
            response.Headers.Vary.ShouldContain("Accept-Encoding");
            tags.Add(response.Headers.ETag.Tag).ShouldBeTrue("each coding has a tag of its own");

            using var again = new HttpRequestMessage(HttpMethod.Get, address);
            again.Headers.AcceptEncoding.ParseAdd(coding);
            again.Headers.IfNoneMatch.Add(response.Headers.ETag);
            using var unchanged = await anonymous.SendAsync(again);
            unchanged.StatusCode.ShouldBe(HttpStatusCode.NotModified);
            (await unchanged.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("br;q=0.5, gzip;q=0.9", "gzip")]
    [InlineData("br;q=0, gzip;q=0", null)]
    [InlineData("*;q=0.3", "br")]
    [InlineData("identity;q=1, br;q=0.1", null)]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("nonsense;;;", null)]
    public async Task The_coding_follows_the_quality_values(string accepted, string? expected)
    {
        using var anonymous = _server.Host(token: null);
        using var request = new HttpRequestMessage(HttpMethod.Get, await _ana.AddressOfAsync("Clock", TestPackages.Script));
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        using var response = await anonymous.SendAsync(request);
        response.Content.Headers.ContentEncoding.ShouldBe(expected is null ? [] : [expected]);
    }

    [Theory]
    [InlineData("bytes=0-9", HttpStatusCode.PartialContent, 0, 10)]
    [InlineData("bytes=5-", HttpStatusCode.PartialContent, 5, -1)]
    [InlineData("bytes=-7", HttpStatusCode.PartialContent, -7, 7)]
    [InlineData("bytes=0-0,5-6", HttpStatusCode.OK, 0, -1)]
    [InlineData("lines=1-2", HttpStatusCode.OK, 0, -1)]
    public async Task A_single_range_is_served_from_the_authors_bytes(string range, HttpStatusCode status, int from, int length)
    {
        var whole = Encoding.UTF8.GetBytes(TestPackages.ScriptText("Clock", "1.0.0"));
        using var anonymous = _server.Host(token: null);
        using var request = new HttpRequestMessage(HttpMethod.Get, await _ana.AddressOfAsync("Clock", TestPackages.Script));
        request.Headers.TryAddWithoutValidation("Range", range);
        request.Headers.AcceptEncoding.ParseAdd("br");
        using var response = await anonymous.SendAsync(request);

        response.StatusCode.ShouldBe(status);
        var start = from < 0 ? whole.Length + from : from;
        var expected = length < 0 ? whole[start..] : whole[start..(start + length)];
        (await response.Content.ReadAsByteArrayAsync()).ShouldBe(expected);
        if (status == HttpStatusCode.PartialContent)
            response.Content.Headers.ContentRange!.Length.ShouldBe(whole.Length);
    }

    [Fact]
    public async Task A_range_behind_the_end_is_416_with_the_length()
    {
        using var anonymous = _server.Host(token: null);
        using var request = new HttpRequestMessage(HttpMethod.Get, await _ana.AddressOfAsync("Clock", TestPackages.Script));
        request.Headers.Range = new RangeHeaderValue(1_000_000, null);
        using var response = await anonymous.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
        response.Content.Headers.ContentRange!.HasLength.ShouldBeTrue();
    }

    [Fact]
    public async Task R10_each_user_gets_the_version_that_is_theirs()
    {
        var ben = await _server.CreateUserAsync();
        await ben.InstallAsync("Clock", "1.1.0");

        (await _ana.Client.GetStringAsync($"/api/v1/public/plugins/Clock/{TestPackages.Script}")).ShouldContain("='1.0.0'");
        (await ben.Client.GetStringAsync($"/api/v1/public/plugins/Clock/{TestPackages.Script}")).ShouldContain("='1.1.0'");
    }

    [Fact]
    public async Task R11_files_of_other_users_and_of_disabled_plugins_are_not_served()
    {
        var owner = await _server.CreateUserAsync();
        await owner.InstallAsync("Clock", "1.0.0");
        var address = await owner.AddressOfAsync("Clock", TestPackages.Script);
        var mallory = await _server.CreateUserAsync();
        await mallory.InstallAsync("Clock", "1.1.0");
        using (var response = await mallory.Client.GetAsync($"/api/v1/public/plugins/{owner.Id}_Clock/{TestPackages.Script}"))
            await response.ShouldBeProblemAsync(HttpStatusCode.NotFound, "file.unknown");
        // Another user's capability in one's own address.
        var theirs = await mallory.AddressOfAsync("Clock", TestPackages.Script);
        using (var response = await mallory.Client.GetAsync(theirs.Replace(mallory.Id, owner.Id, StringComparison.Ordinal)))
            await response.ShouldBeProblemAsync(HttpStatusCode.NotFound, "file.unknown");

        (await owner.Client.PatchAsJsonAsync("/api/v1/plugins/Clock", new { enabled = false })).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var anonymous = _server.Host(token: null);
        using (var response = await anonymous.GetAsync(address))
            await response.ShouldBeProblemAsync(HttpStatusCode.NotFound, "file.unknown");
        (await owner.Client.PatchAsJsonAsync("/api/v1/plugins/Clock", new { enabled = true })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await anonymous.GetAsync(address)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await owner.Client.DeleteAsync("/api/v1/plugins/Clock")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using (var response = await anonymous.GetAsync(address))
            await response.ShouldBeProblemAsync(HttpStatusCode.NotFound, "file.unknown");
    }

    [Fact]
    public async Task Without_token_and_capability_the_answer_is_401()
    {
        using var anonymous = _server.Host(token: null);
        using var response = await anonymous.GetAsync($"/api/v1/public/plugins/Clock/{TestPackages.Script}");
        await response.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
    }

    [Theory]
    [InlineData("~")]
    [InlineData("~AAAA")]
    [InlineData("~%00")]
    [InlineData("~!!!!")]
    public async Task A_forged_capability_reads_nothing(string segment)
    {
        using var anonymous = _server.Host(token: null);
        using var response = await anonymous.GetAsync($"/api/v1/public/plugins/{_ana.Id}_Clock/{segment}/{TestPackages.Script}");
        response.StatusCode.ShouldBeOneOf(HttpStatusCode.NotFound, HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_capability_with_any_bit_flipped_reads_nothing()
    {
        var address = await _ana.AddressOfAsync("Clock", TestPackages.Script);
        var start = address.IndexOf('~', StringComparison.Ordinal) + 1;
        var end = address.IndexOf('/', start);
        using var anonymous = _server.Host(token: null);
        for (var i = start; i < end - 1; i++)
        {
            var changed = address[..i] + (address[i] == 'A' ? 'B' : 'A') + address[(i + 1)..];
            using var response = await anonymous.GetAsync(changed);
            response.StatusCode.ShouldBe(HttpStatusCode.NotFound, changed);
        }
    }

    [Fact]
    public async Task A_page_that_was_open_during_an_update_still_finds_its_chunks()
    {
        var reader = await _server.CreateUserAsync();
        await reader.InstallAsync("Clock", "1.0.0");
        var before = await reader.AddressOfAsync("Clock", "dist/chunk.css");
        (await reader.Client.PostAsJsonAsync("/api/v1/plugins/Clock/update", new { version = "1.1.0" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var anonymous = _server.Host(token: null);
        (await anonymous.GetStringAsync(before)).ShouldBe("p{}");
        (await anonymous.GetStringAsync(await reader.AddressOfAsync("Clock", TestPackages.Script))).ShouldContain("='1.1.0'");
    }

    [Fact]
    public async Task Documents_that_could_run_script_are_inert()
    {
        using var anonymous = _server.Host(token: null);
        using var response = await anonymous.GetAsync(await _ana.AddressOfAsync("Clock", "assets/face.svg"));
        response.Content.Headers.ContentType!.MediaType.ShouldBe("image/svg+xml");
        response.Headers.GetValues("Content-Security-Policy").Single().ShouldBe("default-src 'none'; style-src 'unsafe-inline'; sandbox");
    }

    [Fact]
    public async Task A_plugins_file_cannot_become_a_service_worker()
    {
        using var anonymous = _server.Host(token: null);
        using var request = new HttpRequestMessage(HttpMethod.Get, await _ana.AddressOfAsync("Clock", TestPackages.Script));
        request.Headers.Add("Service-Worker", "script");
        using var response = await anonymous.SendAsync(request);
        await response.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "file.service_worker");
    }

    // Sent as written: a client library would resolve dot segments itself.
    [Theory]
    [InlineData("dist/../plugin.json")]
    [InlineData("dist/../dist/remoteEntry.js")]
    [InlineData("../../../../../../etc/passwd")]
    [InlineData("..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("%2e%2e/%2e%2e/plugin.json")]
    [InlineData("%252e%252e%252fplugin.json")]
    [InlineData("dist%2fremoteEntry.js")]
    [InlineData("dist\\remoteEntry.js")]
    [InlineData("dist%5cremoteEntry.js")]
    [InlineData("dist//remoteEntry.js")]
    [InlineData("./dist/remoteEntry.js")]
    [InlineData("dist/remoteEntry.js%00.png")]
    [InlineData("dist/remoteEntry.js.")]
    [InlineData("%c0%ae%c0%ae/plugin.json")]
    [InlineData("../v1.0.10/dist/remoteEntry.js")]
    [InlineData("..0/dist/remoteEntry.js")]
    [InlineData("C:/windows/win.ini")]
    [InlineData("//etc/passwd")]
    public async Task R01_R04_every_traversal_form_is_refused(string path)
    {
        var capability = await _ana.AddressOfAsync("Clock", "");
        foreach (var prefix in new[] { $"/api/v1/public/plugins/{_ana.Id}_Clock/", capability })
        {
            var (status, body) = await RawRequest.GetAsync(_server.HostUrl, prefix + path, _ana.Token);
            status.ShouldBeOneOf([400, 404], $"{prefix}{path}\n{body}");
            body.ShouldNotContain("='1.0");
            body.ShouldNotContain("root:");
            body.ShouldNotContain("\"frontend\"");
        }
    }

    /// <summary>One server for the class; what changes something does so as a user of its own.</summary>
    public sealed class Shared : ServerFixture
    {
        public TestUser Ana { get; private set; } = null!;

        protected override async Task PrepareAsync()
        {
            await Server.PublishAsync(
                TestPackages.FrontEnd("Clock", "1.0.0", null, ("dist/chunk.css", "p{}"), ("assets/face.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"), ("README.md", "# Clock")),
                TestPackages.FrontEnd("Clock", "1.0.10", null),
                TestPackages.FrontEnd("Clock", "1.1.0", null));
            Ana = await Server.CreateUserAsync("ana");
            await Ana.InstallAsync("Clock", "1.0.0");
        }
    }
}
