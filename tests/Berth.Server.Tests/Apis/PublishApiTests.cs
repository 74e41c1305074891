using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using Berth.Packaging.Archive;

namespace Berth.Server.Tests.Apis;

public sealed class PublishApiTests(PublishApiTests.Shared shared) : IClassFixture<PublishApiTests.Shared>
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task A_package_is_created_then_known_then_refused_with_other_bytes()
    {
        var (slug, package) = New();
        (await PutAsync(slug, "1.0.0", package)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await PutAsync(slug, "1.0.0", package)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var other = TestPackages.FrontEnd(slug, "1.0.0", null, ("dist/more.js", "1"));
        using var conflict = await PutAsync(slug, "1.0.0", other);
        var problem = await conflict.ShouldBeProblemAsync(HttpStatusCode.Conflict, "version.exists");
        problem.GetProperty("existing_digest").GetString().ShouldBe(Digest(package));
        problem.GetProperty("given_digest").GetString().ShouldBe(Digest(other));
        (await _server.Registry().GetByteArrayAsync($"/api/v1/plugins/{slug}/1.0.0/download")).ShouldBe(package);
    }

    [Fact]
    public async Task The_record_carries_digest_integrity_and_the_manifest()
    {
        var (slug, package) = New();
        using var response = await PutAsync(slug, "1.0.0", package);
        var record = await response.Content.ReadFromJsonAsync<JsonElement>();
        record.GetProperty("digest").GetString().ShouldBe(Digest(package));
        record.GetProperty("integrity").GetString().ShouldBe("sha256-" + Convert.ToBase64String(SHA256.HashData(package)));
        record.GetProperty("manifest").GetProperty("name").GetString().ShouldBe(slug);
        record.GetProperty("size").GetInt32().ShouldBe(package.Length);
    }

    [Theory]
    [InlineData("../../evil.berth")]
    [InlineData("..\\..\\evil")]
    [InlineData("/etc/cron.d/evil")]
    [InlineData("C:\\evil")]
    [InlineData("a%00b")]
    [InlineData("\u00e4\u202e.berth")]
    [InlineData("")]
    public async Task R03_The_forms_file_name_has_no_effect(string name)
    {
        var (slug, package) = New();
        var before = Files();
        var boundary = "b" + Guid.NewGuid().ToString("N");
        var head = $"--{boundary}\r\nContent-Disposition: form-data; name=\"plugin\"; filename=\"{name}\"; filename*=UTF-8''..%2F..%2Fevil%00\r\nContent-Type: application/octet-stream\r\n\r\n";
        using var content = new ByteArrayContent([.. Encoding.UTF8.GetBytes(head), .. package, .. Encoding.UTF8.GetBytes($"\r\n--{boundary}--\r\n")]);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse($"multipart/form-data; boundary={boundary}");
        using var response = await _server.Registry().PostAsync("/api/v1/plugins", content);

        response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        Files().Except(before).Where(file => !file.Contains(".db", StringComparison.Ordinal)).ShouldHaveSingleItem().ShouldEndWith(Digest(package));
        (await _server.Registry().GetByteArrayAsync($"/api/v1/plugins/{slug}/1.0.0/download")).ShouldBe(package);
    }

    [Theory]
    [InlineData("Other", "1.0.0", "package.slug_mismatch")]
    [InlineData(null, "1.0.1", "package.version_mismatch")]
    public async Task R02_The_address_must_say_what_the_manifest_says(string? slug, string version, string code)
    {
        var (own, package) = New();
        using var response = await PutAsync(slug ?? own, version, package);
        await response.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, code);
        (await _server.Registry().GetAsync($"/api/v1/plugins/{own}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_promised_digest_that_differs_is_refused()
    {
        var (slug, package) = New();
        using var content = new ByteArrayContent(package);
        content.Headers.TryAddWithoutValidation("Content-Digest", $"sha-256=:{Convert.ToBase64String(SHA256.HashData("other"u8))}:");
        using var response = await _server.Registry().PutAsync($"/api/v1/plugins/{slug}/1.0.0", content);
        await response.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "package.digest_mismatch");
    }

    [Fact]
    public async Task Another_publisher_cannot_take_a_slug_in_any_case()
    {
        var (slug, package) = New();
        (await PutAsync(slug, "1.0.0", package)).StatusCode.ShouldBe(HttpStatusCode.Created);
        var mallory = await _server.CreateUserAsync();
        foreach (var name in new[] { slug, slug.ToUpperInvariant() })
        {
            using var response = await _server.Registry(mallory.Token).PutAsync($"/api/v1/plugins/{name}/2.0.0", new ByteArrayContent(TestPackages.FrontEnd(name, "2.0.0")));
            await response.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "slug.taken");
        }
    }

    [Fact]
    public async Task R59_Sixty_four_uploads_at_once_are_never_mixed()
    {
        var packages = Enumerable.Range(0, 64).Select(i =>
        {
            var slug = $"Many{i}x{Guid.NewGuid():N}"[..30];
            return (Slug: slug, Bytes: TestPackages.FrontEnd(slug, "1.0.0", null, ("dist/own.txt", $"{slug} {new string((char)('a' + (i % 26)), i * 13)}")));
        }).ToList();
        using var registry = _server.Registry();
        var answers = await Task.WhenAll(packages.Select(async (package, i) =>
        {
            if (i % 2 == 0)
                return await registry.PutAsync($"/api/v1/plugins/{package.Slug}/1.0.0", new ByteArrayContent(package.Bytes));
            using var form = new MultipartFormDataContent { { new StringContent("x"), "note" }, { new ByteArrayContent(package.Bytes), "plugin", "same.berth" } };
            return await registry.PostAsync("/api/v1/plugins", form);
        }));

        foreach (var (answer, (slug, bytes)) in answers.Zip(packages))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
            var record = await answer.Content.ReadFromJsonAsync<JsonElement>();
            record.GetProperty("slug").GetString().ShouldBe(slug);
            record.GetProperty("digest").GetString().ShouldBe(Digest(bytes));
            (await registry.GetByteArrayAsync($"/api/v1/plugins/{slug}/1.0.0/download")).ShouldBe(bytes);
        }
    }

    [Fact]
    public async Task R66_A_client_that_hangs_up_after_sending_finds_its_package_published()
    {
        var (slug, package) = New();
        var address = new Uri(_server.RegistryUrl);
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(address.Host, address.Port);
            var stream = socket.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"PUT /api/v1/plugins/{slug}/1.0.0 HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {TestServer.AdminToken}\r\nContent-Length: {package.Length}\r\n\r\n"));
            await stream.WriteAsync(package);
            socket.Client.LingerState = new LingerOption(true, 0);
        }

        // The first repetition may come before the upload has ended and publish itself: then 201, never "exists".
        var statuses = new List<HttpStatusCode>();
        await Eventually.TrueAsync(async () =>
        {
            statuses.Add((await PutAsync(slug, "1.0.0", package)).StatusCode);
            return statuses[^1] == HttpStatusCode.OK;
        }, "the same bytes again are 200");
        statuses.ShouldAllBe(status => status == HttpStatusCode.OK || status == HttpStatusCode.Created);
        (await _server.Registry().GetByteArrayAsync($"/api/v1/plugins/{slug}/1.0.0/download")).ShouldBe(package);
    }

    [Fact]
    public async Task An_upload_that_is_cut_off_leaves_nothing()
    {
        var (slug, package) = New();
        var address = new Uri(_server.RegistryUrl);
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(address.Host, address.Port);
            var stream = socket.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"PUT /api/v1/plugins/{slug}/1.0.0 HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {TestServer.AdminToken}\r\nContent-Length: {package.Length}\r\n\r\n"));
            await stream.WriteAsync(package.AsMemory(0, package.Length / 2));
            await Eventually.TrueAsync(() => Staged() == 1, "the upload is being staged");
        }

        await Eventually.TrueAsync(() => Staged() == 0, "the staged part is gone");
        (await _server.Registry().GetAsync($"/api/v1/plugins/{slug}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task R71_An_archive_that_can_be_read_in_two_ways_is_refused()
    {
        var (slug, package) = New();
        var archives = new (string What, byte[] Bytes)[]
        {
            ("bytes after the end", [.. package, .. "trailing"u8]),
            ("bytes before the start", [.. "#!/bin/sh\n"u8, .. package]),
            ("two archives", [.. package, .. TestPackages.FrontEnd(slug, "1.0.0", null, ("dist/other.js", "x"))]),
            ("another name in the local header", Replaced(package, "dist/remoteEntry.js"u8, "dist/remoteEntry.jz"u8)),
        };
        foreach (var (what, bytes) in archives)
        {
            using var response = await PutAsync(slug, "1.0.0", bytes);
            response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, what);
            await response.ShouldBeProblemAsync();
        }

        (await _server.Registry().GetAsync($"/api/v1/plugins/{slug}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        Staged().ShouldBe(0);
    }

    [Fact]
    public async Task Validate_keeps_nothing()
    {
        var (slug, package) = New();
        var before = Files();
        using var response = await _server.Registry().PostAsync("/api/v1/validate", new ByteArrayContent(package));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("valid").GetBoolean().ShouldBeTrue();
        Files().Except(before).Where(file => !file.Contains(".db", StringComparison.Ordinal)).ShouldBeEmpty();
        (await _server.Registry().GetAsync($"/api/v1/plugins/{slug}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_package_over_the_limit_is_413_whether_its_length_is_told_or_not()
    {
        var limit = PackageLimits.Default.MaxPackageBytes;
        foreach (var chunked in new[] { false, true })
        {
            using var content = new ZeroContent(limit + 1, chunked);
            using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/plugins/Large/1.0.0") { Content = content };
            request.Headers.ExpectContinue = true;
            using var response = await _server.Registry().SendAsync(request);
            await response.ShouldBeProblemAsync(HttpStatusCode.RequestEntityTooLarge, "package.too_large");
        }

        await Eventually.TrueAsync(() => Staged() == 0, "nothing stays in staging");
    }

    private async Task<HttpResponseMessage> PutAsync(string slug, string version, byte[] package) =>
        await _server.Registry().PutAsync($"/api/v1/plugins/{slug}/{version}", new ByteArrayContent(package));

    private static (string Slug, byte[] Package) New()
    {
        var slug = $"P{Guid.NewGuid():N}";
        return (slug, TestPackages.FrontEnd(slug));
    }

    private HashSet<string> Files() => [.. Directory.EnumerateFiles(_server.DataDirectory, "*", SearchOption.AllDirectories)];

    private int Staged() => Directory.EnumerateFiles(Path.Combine(_server.DataDirectory, "packages", ".staging")).Count(path => Path.GetFileName(path) != "unused.lock");

    private static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static byte[] Replaced(byte[] bytes, ReadOnlySpan<byte> what, ReadOnlySpan<byte> by)
    {
        var copy = bytes.ToArray();
        by.CopyTo(copy.AsSpan(copy.AsSpan().IndexOf(what)));
        return copy;
    }

    // The two tests that watch the staging folder must not see each other's uploads, and tests of one class run one by one.
    public sealed class Shared : ServerFixture;

    private sealed class ZeroContent(long length, bool chunked) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var block = new byte[128 * 1024];
            for (var left = length; left > 0; left -= block.Length)
                await stream.WriteAsync(block.AsMemory(0, (int)Math.Min(left, block.Length)));
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return !chunked;
        }
    }
}
