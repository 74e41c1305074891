using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Berth.Server.Tests.Apis;

public sealed class DownloadApiTests(DownloadApiTests.Shared shared) : IClassFixture<DownloadApiTests.Shared>
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task R63_Each_version_downloads_as_its_own_bytes()
    {
        using var registry = _server.Registry();
        foreach (var (version, bytes) in Shared.Packages)
        {
            using var response = await registry.GetAsync($"/api/v1/plugins/Clock/{version}/download");
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await response.Content.ReadAsByteArrayAsync()).ShouldBe(bytes);
            response.Headers.GetValues("Berth-Version").Single().ShouldBe(version);
            response.Content.Headers.ContentType!.MediaType.ShouldBe("application/vnd.berth.package+zip");
        }

        (await registry.GetByteArrayAsync("/api/v1/plugins/Clock/download")).ShouldBe(Shared.Packages["1.1.0"], "the newest stable version's");
    }

    [Theory]
    [InlineData("/api/v1/plugins/Nothing/download", "plugin.unknown")]
    [InlineData("/api/v1/plugins/Nothing/1.0.0/download", "version.unknown")]
    [InlineData("/api/v1/plugins/Clock/9.9.9/download", "version.unknown")]
    [InlineData("/api/v1/plugins/Clock/v1.0.0/download", "version.unknown")]
    [InlineData("/api/v1/plugins/Clock/1.0/download", "version.unknown")]
    public async Task R63_What_does_not_exist_is_404(string path, string code)
    {
        using var response = await _server.Registry().GetAsync(path);
        await response.ShouldBeProblemAsync(HttpStatusCode.NotFound, code);
    }

    [Fact]
    public async Task A_version_is_immutable_with_its_digest_as_tag()
    {
        var bytes = Shared.Packages["1.0.0"];
        using var registry = _server.Registry();
        using var response = await registry.GetAsync("/api/v1/plugins/Clock/1.0.0/download");
        response.Headers.ETag!.ToString().ShouldBe($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))}\"");
        response.Headers.GetValues("Repr-Digest").Single().ShouldBe($"sha-256=:{Convert.ToBase64String(SHA256.HashData(bytes))}:");
        response.Headers.CacheControl!.ToString().ShouldContain("immutable");
        response.Headers.AcceptRanges.ShouldContain("bytes");

        using var conditional = new HttpRequestMessage(HttpMethod.Get, "/api/v1/plugins/Clock/1.0.0/download");
        conditional.Headers.IfNoneMatch.Add(response.Headers.ETag);
        using var unchanged = await registry.SendAsync(conditional);
        unchanged.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await unchanged.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
        using var newest = await registry.GetAsync("/api/v1/plugins/Clock/download");
        newest.Headers.CacheControl!.NoCache.ShouldBeTrue();
    }

    [Fact]
    public async Task HEAD_tells_the_length_and_sends_nothing()
    {
        using var response = await _server.Registry().SendAsync(new HttpRequestMessage(HttpMethod.Head, "/api/v1/plugins/Clock/1.0.0/download"));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentLength.ShouldBe(Shared.Packages["1.0.0"].Length);
        (await response.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0, 9)]
    [InlineData(100, null)]
    [InlineData(null, 50)]
    public async Task A_range_is_that_part(int? from, int? to)
    {
        var bytes = Shared.Packages["1.0.0"];
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/plugins/Clock/1.0.0/download");
        request.Headers.Range = new RangeHeaderValue(from, to);
        using var response = await _server.Registry().SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        var expected = from is null ? bytes[^to!.Value..] : to is null ? bytes[from.Value..] : bytes[from.Value..(to.Value + 1)];
        (await response.Content.ReadAsByteArrayAsync()).ShouldBe(expected);
        response.Content.Headers.ContentRange!.Length.ShouldBe(bytes.Length);
    }

    [Fact]
    public async Task A_range_behind_the_end_is_416()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/plugins/Clock/1.0.0/download");
        request.Headers.Range = new RangeHeaderValue(10_000_000, null);
        using var response = await _server.Registry().SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
        response.Content.Headers.ContentRange!.HasLength.ShouldBeTrue();
    }

    [Fact]
    public async Task R55_What_is_quarantined_is_not_downloaded()
    {
        using var registry = _server.Registry();
        (await registry.PutAsJsonAsync("/api/v1/plugins/Bad/trust", new { level = "quarantined", reason = "found malware" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var response = await registry.GetAsync("/api/v1/plugins/Bad/1.0.0/download");
        await response.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "plugin.quarantined");
    }

    public sealed class Shared : ServerFixture
    {
        public static IReadOnlyDictionary<string, byte[]> Packages { get; } =
            new[] { "1.0.0", "1.1.0", "2.0.0-beta.1" }.ToDictionary(version => version, version => TestPackages.FrontEnd("Clock", version));

        protected override Task PrepareAsync() => Server.PublishAsync(Packages.Values.Append(TestPackages.FrontEnd("Bad")));
    }
}
